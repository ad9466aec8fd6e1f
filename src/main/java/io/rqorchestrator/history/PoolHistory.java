package io.rqorchestrator.history;

import java.time.Instant;
import java.util.List;

/**
 * A pool's history, read back.
 *
 * @param name the pool's name
 * @param min fewest active workers
 * @param max most live workers
 * @param threshold utilization above which it grew
 * @param samples what was measured, in order of time
 * @param steps the decisions that changed the size, in order of time
 * @param skipped lines that could not be read
 */
public record PoolHistory(
    String name,
    int min,
    int max,
    double threshold,
    List<Sample> samples,
    List<Step> steps,
    int skipped) {

  /** Keeps copies. */
  public PoolHistory {
    samples = List.copyOf(samples);
    steps = List.copyOf(steps);
  }

  /**
   * One sample.
   *
   * @param at wall clock
   * @param active active workers
   * @param live active and draining workers
   * @param utilization load per active worker
   * @param queued waiting jobs
   */
  public record Sample(Instant at, int active, int live, double utilization, long queued) {}

  /**
   * A decision to grow or to shrink.
   *
   * @param at wall clock
   * @param grows whether it added a worker
   * @param text the decision in one line, with its reason
   */
  public record Step(Instant at, boolean grows, String text) {}
}
