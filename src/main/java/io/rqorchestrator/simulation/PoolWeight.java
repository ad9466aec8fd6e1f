package io.rqorchestrator.simulation;

/**
 * The memory of a simulated pool, as PSS in bytes.
 *
 * @param worker memory of each worker with its horse
 * @param overhead memory of the daemon and of everything else that serves all workers
 */
public record PoolWeight(long worker, long overhead) {

  /** Memory of a daemon with ten workers, as measured: docs/performance.md. */
  public static final long DAEMON = 61L << 20;

  /** Memory of a pool with {@code workers} workers. */
  public long of(int workers) {
    return overhead + workers * worker;
  }
}
