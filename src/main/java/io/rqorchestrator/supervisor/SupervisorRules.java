package io.rqorchestrator.supervisor;

import java.time.Duration;

/**
 * What the supervisor keeps to.
 *
 * @param min fewest active workers
 * @param max most live workers
 * @param scalingPeriod time between scaling decisions
 * @param samplingInterval time between samples
 * @param window what the load is measured over
 * @param burst whether to stop once the queues are empty
 */
public record SupervisorRules(
    int min,
    int max,
    Duration scalingPeriod,
    Duration samplingInterval,
    Duration window,
    boolean burst) {

  /** Age from which a sample is no ground for action: three intervals, and 3 s at least. */
  Duration staleAfter() {
    Duration three = samplingInterval.multipliedBy(3);
    Duration least = Duration.ofSeconds(3);
    return three.compareTo(least) < 0 ? least : three;
  }
}
