package io.rqorchestrator.pool;

/**
 * What a pool takes of memory beside its workers, as PSS in bytes.
 *
 * @param daemon the daemon itself
 * @param forkServers the fork servers, whose pages the workers share; 0 without {@code --preload}
 */
public record Overhead(long daemon, long forkServers) {

  /** All of it. */
  public long bytes() {
    return daemon + forkServers;
  }
}
