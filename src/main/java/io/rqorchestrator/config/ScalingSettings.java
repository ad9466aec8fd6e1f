package io.rqorchestrator.config;

import java.time.Duration;
import java.util.Optional;

/**
 * The bounds of the pool's size and the rule for it.
 *
 * @param minWorkers fewest active workers, 0 or more
 * @param maxWorkers most live workers, 1 or more
 * @param threshold utilization above which the pool grows, in (0, 0.9]
 * @param scalingPeriod time between scaling decisions, 100 ms or more
 * @param samplingInterval time between samples, 100 ms or more
 * @param window the time that utilization is measured over, at least one sampling interval
 * @param targetWait the target wait; empty: the threshold decides
 * @param memory limits on the pool's memory
 */
public record ScalingSettings(
    int minWorkers,
    int maxWorkers,
    double threshold,
    Duration scalingPeriod,
    Duration samplingInterval,
    Duration window,
    Optional<WaitSettings> targetWait,
    MemorySettings memory) {

  /** The largest number of workers that can be set. */
  static final int MOST_WORKERS = 1000;

  /** Refuses invalid values. */
  public ScalingSettings {
    Rules.isWithin("--min-workers", minWorkers, 0, MOST_WORKERS);
    Rules.isWithin("--max-workers", maxWorkers, 1, MOST_WORKERS);
    if (minWorkers > maxWorkers) {
      throw new InvalidSetting(
          "--min-workers",
          minWorkers,
          "must not exceed --max-workers (" + maxWorkers + "): lower the one or raise the other");
    }
    if (!(threshold > 0 && threshold <= 0.9)) {
      throw new InvalidSetting(
          "--utilization-threshold", threshold, "must be above 0 and at most 0.9");
    }
    Rules.isWithinAYear("--scaling-period", scalingPeriod);
    Rules.isWithinAYear("--sampling-interval", samplingInterval);
    Rules.isWithinAYear("--utilization-window", window);
    if (window.compareTo(samplingInterval) < 0) {
      throw new InvalidSetting(
          "--utilization-window",
          Durations.format(window),
          "must be at least --sampling-interval ("
              + Durations.format(samplingInterval)
              + "): a window holds one sample or more");
    }
    memory.hasRoomFor(minWorkers);
  }

  /** The same settings without a target wait, so that the threshold decides. */
  public ScalingSettings withoutTargetWait() {
    return new ScalingSettings(
        minWorkers,
        maxWorkers,
        threshold,
        scalingPeriod,
        samplingInterval,
        window,
        Optional.empty(),
        memory);
  }

  /** The same settings with this target wait. */
  public ScalingSettings withTargetWait(Duration target) {
    WaitSettings wait =
        targetWait
            .map(old -> new WaitSettings(target, old.shrinkHold(), old.longJob(), old.maxStep()))
            .orElseGet(() -> WaitSettings.of(target));
    return new ScalingSettings(
        minWorkers,
        maxWorkers,
        threshold,
        scalingPeriod,
        samplingInterval,
        window,
        Optional.of(wait),
        memory);
  }

  /** The same settings with other bounds. */
  public ScalingSettings withWorkers(int min, int max) {
    return new ScalingSettings(
        min, max, threshold, scalingPeriod, samplingInterval, window, targetWait, memory);
  }

  /** The same settings with another threshold. */
  public ScalingSettings withThreshold(double changed) {
    return new ScalingSettings(
        minWorkers,
        maxWorkers,
        changed,
        scalingPeriod,
        samplingInterval,
        window,
        targetWait,
        memory);
  }
}
