package io.rqorchestrator.simulation;

/**
 * What a simulated pool takes of memory, as PSS in bytes.
 *
 * @param worker what each worker takes, with its horse
 * @param overhead what the daemon takes, and what else serves all workers
 */
public record PoolWeight(long worker, long overhead) {

  /** What the daemon takes with ten workers, as measured on real ones: docs/performance.md. */
  public static final long DAEMON = 61L << 20;

  /** What a pool of so many workers takes. */
  public long of(int workers) {
    return overhead + workers * worker;
  }
}
