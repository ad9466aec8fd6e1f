package io.rqorchestrator.supervisor;

import io.rqorchestrator.pool.PoolRules;
import io.rqorchestrator.pool.RecycleRules;
import io.rqorchestrator.time.DurationMath;
import java.time.Duration;

/**
 * The rules of a pool that operators cannot change while it runs.
 *
 * @param scalingPeriod time between scaling decisions
 * @param samplingInterval time between samples
 * @param window the time over which the load is measured
 * @param burst whether to stop once the queues are empty
 * @param pool the rules of the planner
 * @param recycling when a worker is replaced because of its age, its jobs or its memory
 */
public record SupervisorRules(
    Duration scalingPeriod,
    Duration samplingInterval,
    Duration window,
    boolean burst,
    PoolRules pool,
    RecycleRules recycling) {

  /** Age from which a sample is too old to act on: three intervals, at least 3 s. */
  Duration staleAfter() {
    return DurationMath.max(samplingInterval.multipliedBy(3), Duration.ofSeconds(3));
  }
}
