package io.rqorchestrator.pool;

import io.rqorchestrator.wire.WireName;

/**
 * The memory of a pool besides its workers, as PSS in bytes.
 *
 * @param daemon memory of the daemon itself
 * @param forkServers memory of the fork servers, whose pages the workers share; 0 without {@code
 *     --preload}
 */
public record Overhead(
    @WireName("daemon") long daemon, @WireName("fork_servers") long forkServers) {

  /** The sum. */
  public long bytes() {
    return daemon + forkServers;
  }
}
