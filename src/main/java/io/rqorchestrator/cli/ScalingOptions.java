package io.rqorchestrator.cli;

import io.rqorchestrator.config.ScalingSettings;
import java.time.Duration;
import picocli.CommandLine.Option;

/**
 * How large the pool may be and when its size changes; the same for a real pool and a simulated
 * one.
 */
final class ScalingOptions {

  @Option(
      names = "--min-workers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Fewest workers, 0..1000. Default: 1.")
  private int minWorkers;

  @Option(
      names = "--max-workers",
      paramLabel = "N",
      defaultValue = "8",
      description = "Most workers, 1..1000. Default: 8.")
  private int maxWorkers;

  @Option(
      names = "--utilization-threshold",
      paramLabel = "T",
      defaultValue = "0.5",
      description =
          "One worker more above this share of busy time, one less below half of it; above 0, at"
              + " most 0.9. Default: 0.5.")
  private double threshold;

  @Option(
      names = "--scaling-period",
      paramLabel = "DURATION",
      defaultValue = "5s",
      converter = DurationConverter.class,
      description = "Time between scaling decisions, 100ms or more. Default: 5s.")
  private Duration scalingPeriod = Duration.ZERO;

  @Option(
      names = "--utilization-window",
      paramLabel = "DURATION",
      defaultValue = "30s",
      converter = DurationConverter.class,
      description =
          "What utilization is measured over, at least one sampling interval. Default: 30s.")
  private Duration window = Duration.ZERO;

  @Option(
      names = "--sampling-interval",
      paramLabel = "DURATION",
      defaultValue = "1s",
      converter = DurationConverter.class,
      description = "Time between readings of Redis, 100ms or more. Default: 1s.")
  private Duration samplingInterval = Duration.ZERO;

  /**
   * The settings.
   *
   * @throws InvalidSetting if one of them cannot be used
   */
  ScalingSettings settings() {
    return new ScalingSettings(
        minWorkers, maxWorkers, threshold, scalingPeriod, samplingInterval, window);
  }
}
