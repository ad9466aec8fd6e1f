package io.rqorchestrator.config;

import java.time.Duration;

/**
 * Settings of a target wait.
 *
 * @param target how long a job may wait, 10 ms to a year
 * @param shrinkHold how long a wanted size is kept before the pool shrinks, 0 to a year
 * @param longJob a worker that has run its job for longer than this counts as no capacity for other
 *     jobs, 100 ms to a year
 * @param maxStep most workers that one decision may add, 1..1000
 */
public record WaitSettings(Duration target, Duration shrinkHold, Duration longJob, int maxStep) {

  private static final Duration SHRINK_HOLD = Duration.ofSeconds(5);
  private static final Duration LONG_JOB = Duration.ofSeconds(60);

  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofDays(365);

  /** Refuses invalid values. */
  public WaitSettings {
    if (target.compareTo(SHORTEST) < 0 || target.compareTo(LONGEST) > 0) {
      throw new InvalidSetting(
          "--target-wait", Durations.format(target), "must be within 10ms..365d");
    }
    if (shrinkHold.isNegative() || shrinkHold.compareTo(LONGEST) > 0) {
      throw new InvalidSetting(
          "--shrink-hold", Durations.format(shrinkHold), "must be within 0..365d");
    }
    Rules.isWithinAYear("--long-job", longJob);
    Rules.isWithin("--max-step", maxStep, 1, ScalingSettings.MOST_WORKERS);
  }

  /** This target wait with the defaults of all other settings. */
  public static WaitSettings of(Duration target) {
    return new WaitSettings(target, SHRINK_HOLD, LONG_JOB, ScalingSettings.MOST_WORKERS);
  }
}
