package io.rqorchestrator.pool;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the planner keeps to.
 *
 * @param min number of core workers, 0 or more
 * @param max most live workers
 * @param restartSurge most extra workers while others are being replaced, 1 or more
 * @param maxStragglers most stragglers, 1 or more; empty: as many as {@code max}
 * @param scheduler whether RQ's scheduler is run at all
 * @param startTimeout how long a worker may take to register
 * @param drainTimeout how long jobs may take once the pool stops; empty: as long as they need
 */
public record PoolRules(
    int min,
    int max,
    int restartSurge,
    OptionalInt maxStragglers,
    boolean scheduler,
    Duration startTimeout,
    Optional<Duration> drainTimeout) {

  /** These rules with the bound of stragglers that goes without saying. */
  public PoolRules(
      int min,
      int max,
      int restartSurge,
      boolean scheduler,
      Duration startTimeout,
      Optional<Duration> drainTimeout) {
    this(min, max, restartSurge, OptionalInt.empty(), scheduler, startTimeout, drainTimeout);
  }

  /** Most workers of earlier releases that may still be at their jobs. */
  public int stragglers() {
    return maxStragglers.orElse(max);
  }

  /** These rules with other bounds. */
  public PoolRules within(int newMin, int newMax) {
    return new PoolRules(
        newMin, newMax, restartSurge, maxStragglers, scheduler, startTimeout, drainTimeout);
  }

  /**
   * Whether a worker of this role runs RQ's scheduler: core workers do. A pool that may shrink to
   * nothing has none, so there every worker does.
   */
  public boolean runsScheduler(Role role) {
    return scheduler && (role == Role.CORE || min == 0);
  }

  /**
   * Whether a worker of this role that is there is to run RQ's scheduler. Empty if it may, and need
   * not: one that was started when the pool could shrink to nothing.
   */
  public Optional<Boolean> schedulerOf(Role role) {
    return scheduler && !runsScheduler(role) ? Optional.empty() : Optional.of(scheduler);
  }
}
