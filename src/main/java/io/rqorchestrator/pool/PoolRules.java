package io.rqorchestrator.pool;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The rules of a pool that no operator changes while it runs. Min and max are not among them: see
 * {@link PoolTarget}.
 *
 * @param restartSurge maximum number of extra workers while workers are replaced, 1 or more
 * @param maxStragglers maximum number of stragglers, 1 or more; empty: as many as max
 * @param scheduler whether RQ's scheduler is run at all
 * @param startTimeout how long a worker may take to register
 * @param drainTimeout how long jobs may take once the pool stops; empty: no limit
 */
public record PoolRules(
    int restartSurge,
    OptionalInt maxStragglers,
    boolean scheduler,
    Duration startTimeout,
    Optional<Duration> drainTimeout) {

  /** These rules with as many stragglers as max. */
  public PoolRules(
      int restartSurge, boolean scheduler, Duration startTimeout, Optional<Duration> drainTimeout) {
    this(restartSurge, OptionalInt.empty(), scheduler, startTimeout, drainTimeout);
  }

  /**
   * Maximum number of stragglers.
   *
   * @param max most live workers
   */
  public int stragglers(int max) {
    return maxStragglers.orElse(max);
  }

  /**
   * Whether a worker of this role runs RQ's scheduler. Core workers do. With min 0 there is no
   * core, so every worker does.
   *
   * @param min number of core workers
   */
  public boolean runsScheduler(Role role, int min) {
    return scheduler && (role == Role.CORE || min == 0);
  }

  /**
   * Whether a live worker of this role has to run RQ's scheduler. Empty if both are right: a worker
   * that was started while min was 0 may keep its scheduler.
   *
   * @param min number of core workers
   */
  public Optional<Boolean> schedulerOf(Role role, int min) {
    return scheduler && !runsScheduler(role, min) ? Optional.empty() : Optional.of(scheduler);
  }
}
