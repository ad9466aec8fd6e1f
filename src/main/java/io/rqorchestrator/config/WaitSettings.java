package io.rqorchestrator.config;

import java.time.Duration;

/**
 * A wait to aim at.
 *
 * @param target how long a job may wait, 10 ms to a year
 * @param shrinkHold how long a size that was wanted is kept, 0 to a year
 * @param longJob a job in hand for longer than this holds its worker, 100 ms to a year
 * @param maxStep most workers more at once, 1..1000
 */
public record WaitSettings(Duration target, Duration shrinkHold, Duration longJob, int maxStep) {

  private static final Duration SHRINK_HOLD = Duration.ofSeconds(5);
  private static final Duration LONG_JOB = Duration.ofSeconds(60);

  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofDays(365);

  /** Refuses what cannot be run. */
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

  /** This wait with everything else as it is by default. */
  public static WaitSettings of(Duration target) {
    return new WaitSettings(target, SHRINK_HOLD, LONG_JOB, ScalingSettings.MOST_WORKERS);
  }
}
