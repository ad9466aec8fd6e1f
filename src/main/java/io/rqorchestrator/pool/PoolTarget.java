package io.rqorchestrator.pool;

import java.util.Optional;

/**
 * The size that the planner brings the pool to, and the limits on the way.
 *
 * @param size number of places wanted
 * @param min number of core workers, 0 or more
 * @param max most live workers
 * @param waitsForIdle whether only idle workers are retired. If not, busy workers are also retired
 *     once no idle one is left; they still finish their jobs
 * @param memoryShortage why there is no memory for one more straggler; empty if there is
 */
public record PoolTarget(
    int size, int min, int max, boolean waitsForIdle, Optional<String> memoryShortage) {

  /** A target within these limits that waits for idle workers and has memory for stragglers. */
  public PoolTarget(int size, int min, int max) {
    this(size, min, max, true, Optional.empty());
  }

  /**
   * This target for a host on which no more workers fit.
   *
   * @param capacity most workers that fit
   */
  public PoolTarget atMost(int capacity) {
    return new PoolTarget(
        Math.min(size, capacity),
        Math.min(min, capacity),
        Math.min(max, capacity),
        waitsForIdle,
        memoryShortage);
  }
}
