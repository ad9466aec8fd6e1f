package io.rqorchestrator.control;

/**
 * The settings that an operator may change while the pool runs.
 *
 * @param min fewest active workers
 * @param max most live workers
 * @param threshold utilization above which the pool grows
 */
public record Setpoints(int min, int max, double threshold) {

  /** The size within the bounds that is nearest to {@code wanted}. */
  public int bounded(int wanted) {
    return Math.max(min, Math.min(max, wanted));
  }
}
