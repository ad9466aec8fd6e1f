package io.rqorchestrator.config;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * When workers are replaced, and how many at once.
 *
 * @param surge most extra workers while others are being replaced, 1..1000
 * @param maxStragglers most replaced workers that may finish their jobs outside max, 1..1000;
 *     empty: as many as max
 * @param maxJobs number of jobs after which a worker is replaced; empty: no limit
 * @param maxAge age at which a worker is replaced; empty: no limit
 * @param maxMemory bytes above which a worker is replaced; empty: no limit
 */
public record RecycleSettings(
    int surge,
    OptionalInt maxStragglers,
    OptionalLong maxJobs,
    Optional<Duration> maxAge,
    OptionalLong maxMemory) {

  private static final long LEAST_MEMORY = 10L << 20;

  /** Refuses invalid values. */
  public RecycleSettings {
    Rules.isWithin("--restart-surge", surge, 1, ScalingSettings.MOST_WORKERS);
    maxStragglers.ifPresent(
        most -> Rules.isWithin("--max-stragglers", most, 1, ScalingSettings.MOST_WORKERS));
    if (maxJobs.isPresent() && maxJobs.getAsLong() < 1) {
      throw new InvalidSetting("--max-worker-jobs", maxJobs.getAsLong(), "must be 1 or more");
    }
    maxAge.ifPresent(age -> Rules.isWithinAYear("--max-worker-age", age));
    if (maxMemory.isPresent() && maxMemory.getAsLong() < LEAST_MEMORY) {
      throw new InvalidSetting(
          "--max-worker-memory", maxMemory.getAsLong() + " bytes", "must be 10MB or more");
    }
  }
}
