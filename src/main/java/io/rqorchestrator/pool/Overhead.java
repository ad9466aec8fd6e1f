package io.rqorchestrator.pool;

import io.rqorchestrator.wire.WireName;

/**
 * What a pool takes of memory beside its workers, as PSS in bytes.
 *
 * @param daemon the daemon itself
 * @param forkServers the fork servers, whose pages the workers share; 0 without {@code --preload}
 */
public record Overhead(
    @WireName("daemon") long daemon, @WireName("fork_servers") long forkServers) {

  /** All of it. */
  public long bytes() {
    return daemon + forkServers;
  }
}
