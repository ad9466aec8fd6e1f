package io.rqorchestrator.cli;

import io.rqorchestrator.config.RecycleSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** When workers are replaced. */
final class RecycleOptions {

  @Option(
      names = "--max-worker-jobs",
      paramLabel = "N",
      description =
          "Replace a worker after so many jobs, 1 or more; each at up to a tenth more, so that"
              + " not all are replaced at once. Default: none.")
  private @Nullable Long maxWorkerJobs;

  @Option(
      names = "--max-worker-age",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "Replace a worker at this age, 100ms or more; each at up to a tenth more. Default: none.")
  private @Nullable Duration maxWorkerAge;

  @Option(
      names = "--max-worker-memory",
      paramLabel = "SIZE",
      converter = MemorySizeConverter.class,
      description =
          "Replace an idle worker above this size (PSS), 10MB or more: 300MB, 1GB. Default:"
              + " none.")
  private @Nullable Long maxWorkerMemory;

  @Option(
      names = "--restart-surge",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Most extra workers while others are replaced by a rolling restart (SIGHUP without a"
              + " terminal) or recycled, 1..1000. Default: 1.")
  private int restartSurge;

  @Option(
      names = "--max-stragglers",
      paramLabel = "N",
      description =
          "Most workers of earlier releases that may still finish their jobs after a rolling"
              + " restart, on top of --max-workers, 1..1000. Further workers are replaced once"
              + " some of these have ended. Default: --max-workers.")
  private @Nullable Integer maxStragglers;

  /**
   * The settings.
   *
   * @throws InvalidSetting if one of them cannot be used
   */
  RecycleSettings settings() {
    return new RecycleSettings(
        restartSurge,
        maxStragglers == null ? OptionalInt.empty() : OptionalInt.of(maxStragglers),
        optional(maxWorkerJobs),
        Optional.ofNullable(maxWorkerAge),
        optional(maxWorkerMemory));
  }

  private static OptionalLong optional(@Nullable Long number) {
    return number == null ? OptionalLong.empty() : OptionalLong.of(number);
  }
}
