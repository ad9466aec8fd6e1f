package io.rqorchestrator.config;

import java.time.Duration;
import java.util.Optional;

/**
 * How large the pool may be and when its size changes.
 *
 * @param minWorkers fewest active workers, 0 or more
 * @param maxWorkers most live workers, 1 or more
 * @param threshold utilization above which the pool grows, in (0, 0.9]
 * @param scalingPeriod time between scaling decisions, 100 ms or more
 * @param samplingInterval time between samples, 100 ms or more
 * @param window what utilization is measured over, at least one sampling interval
 * @param targetWait the wait to aim at; empty: the threshold decides
 * @param memory what memory the pool may take
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

  /** Most workers that a pool may be told to run. */
  static final int MOST_WORKERS = 1000;

  /** Refuses what cannot be run. */
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

  /** The same settings, but the threshold decides. */
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

  /** The same settings, but with this wait to aim at. */
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

  /** The same settings at another threshold. */
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
