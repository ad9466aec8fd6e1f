package io.rqorchestrator.cli;

import io.rqorchestrator.config.Durations;
import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.config.MemorySettings;
import io.rqorchestrator.config.ScalingSettings;
import io.rqorchestrator.config.WaitSettings;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How large the pool may be and when its size changes; the same for real and simulated pools. */
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
          "Add a worker when utilization rises above this share of busy time, retire one when it"
              + " falls below half of it; above 0, at most 0.9. Default: 0.5.")
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
          "Time over which utilization is measured, at least one sampling interval. Default: 30s.")
  private Duration window = Duration.ZERO;

  @Option(
      names = "--sampling-interval",
      paramLabel = "DURATION",
      defaultValue = "1s",
      converter = DurationConverter.class,
      description =
          "Time between readings of Redis, 100ms or more; shorter than worker-pool's"
              + " --start-timeout. Default: 1s.")
  private Duration samplingInterval = Duration.ZERO;

  @Option(
      names = "--target-wait",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "Size the pool so that jobs wait no longer than this, 10ms or more, instead of by"
              + " utilization. Decides at every sample. Default: none.")
  private @Nullable Duration targetWait;

  @Option(
      names = "--shrink-hold",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "With --target-wait: shrink only to a size that was large enough for this long, 0 or"
              + " more. Default: 5s.")
  private @Nullable Duration shrinkHold;

  @Option(
      names = "--long-job",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "With --target-wait: the worker of a job that runs for longer than this, 100ms or more,"
              + " does not count as capacity for other jobs. Default: 60s.")
  private @Nullable Duration longJob;

  @Option(
      names = "--max-step",
      paramLabel = "N",
      description =
          "With --target-wait: most workers that are added at once, 1..1000. Default: no limit.")
  private @Nullable Integer maxStep;

  @Option(
      names = "--memory-budget",
      paramLabel = "SIZE",
      converter = MemorySizeConverter.class,
      description =
          "Most memory (PSS) for workers, their horses and the daemon, such as 512MB or 2GB. The"
              + " pool does not grow beyond it. Default: none.")
  private @Nullable Long memoryBudget;

  @Option(
      names = "--min-free-memory",
      paramLabel = "SIZE",
      converter = MemorySizeConverter.class,
      description =
          "Memory that stays available on the host, or in the control group around the daemon, 1MB"
              + " or more: the pool does not grow into it. Not for simulations. Default: none.")
  private @Nullable Long minFreeMemory;

  /**
   * The settings.
   *
   * @throws InvalidSetting if one of them cannot be used
   */
  ScalingSettings settings(Given given) {
    boolean overruled = given.overrules("--utilization-threshold", "--target-wait");
    if (overruled || targetWait == null) {
      // Those in the environment belong to a target wait that is overruled, and are ignored with
      // it.
      refuseAlone("--shrink-hold", !overruled || given.has("--shrink-hold") ? shrinkHold : null);
      refuseAlone("--long-job", !overruled || given.has("--long-job") ? longJob : null);
      refuseAlone("--max-step", !overruled || given.has("--max-step") ? maxStep : null);
      return settings(Optional.empty());
    }
    return settings(Optional.of(targetWait));
  }

  /**
   * The settings with a target wait, even if none was given. The options that need one are then
   * allowed.
   *
   * @param usual the target wait if none was given
   * @throws InvalidSetting if one of them cannot be used
   */
  ScalingSettings aimingAt(Duration usual) {
    return settings(Optional.of(Objects.requireNonNullElse(targetWait, usual)));
  }

  private ScalingSettings settings(Optional<Duration> target) {
    return new ScalingSettings(
        minWorkers,
        maxWorkers,
        threshold,
        scalingPeriod,
        samplingInterval,
        window,
        target.map(this::wait),
        new MemorySettings(optional(memoryBudget), optional(minFreeMemory)));
  }

  private WaitSettings wait(Duration target) {
    WaitSettings usual = WaitSettings.of(target);
    return new WaitSettings(
        target,
        Objects.requireNonNullElse(shrinkHold, usual.shrinkHold()),
        Objects.requireNonNullElse(longJob, usual.longJob()),
        Objects.requireNonNullElse(maxStep, usual.maxStep()));
  }

  private static void refuseAlone(String name, @Nullable Object value) {
    if (value != null) {
      Object shown = value instanceof Duration time ? Durations.format(time) : value;
      throw new InvalidSetting(name, shown, "goes with --target-wait: give that, too");
    }
  }

  private static OptionalLong optional(@Nullable Long number) {
    return number == null ? OptionalLong.empty() : OptionalLong.of(number);
  }
}
