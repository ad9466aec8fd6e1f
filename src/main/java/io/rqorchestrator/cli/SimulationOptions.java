package io.rqorchestrator.cli;

import io.rqorchestrator.advice.WorkloadReader;
import io.rqorchestrator.advice.Workloads;
import io.rqorchestrator.config.Durations;
import io.rqorchestrator.config.InvalidSetting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is simulated, and how the results are shown; for {@code simulate} and {@code advise}. */
final class SimulationOptions {

  private static final Duration LONGEST_START = Duration.ofHours(1);

  @Option(
      names = "--workload",
      paramLabel = "WORKLOAD",
      description =
          "The jobs; repeatable: each is a queue, in priority order. A kind and its options, such"
              + " as poisson:rate=2,mean=1s,for=15m, or bursts, diurnal, flash, long-jobs; csv:FILE"
              + " with lines of arrival_s,duration_s; history:FILE as written by worker-pool"
              + " --history-file.")
  private List<String> workloads = new ArrayList<>();

  @Option(
      names = "--start-delay",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "From the spawn of a worker until it takes jobs, at most 1h. Default: the median of a"
              + " history, else 0.6s.")
  private @Nullable Duration startDelay;

  @Option(
      names = "--worker-memory",
      paramLabel = "SIZE",
      converter = MemorySizeConverter.class,
      description =
          "Memory that one worker takes (PSS), such as 60MB: for --memory-budget, and for the peak"
              + " in memory. Default: the median of a history, else none.")
  private @Nullable Long workerMemory;

  @Option(
      names = "--daemon-memory",
      paramLabel = "SIZE",
      converter = MemorySizeConverter.class,
      description =
          "Memory that the daemon takes (PSS), with --preload including its fork server; added to"
              + " the workers'. Default: the median of a history, else 61MB.")
  private @Nullable Long daemonMemory;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the random numbers; the same seed gives the same jobs. Default: 1.")
  private long seed;

  @Option(
      names = "--plot",
      paramLabel = "FILE.svg",
      description = "Also draw a picture. Default: none.")
  private @Nullable Path plot;

  @Option(names = "--json", description = "Print JSON instead of text. Default: off.")
  private boolean json;

  /**
   * Reads the workloads.
   *
   * @throws InvalidSetting if one of them cannot be used
   */
  Workloads workloads() {
    if (workloads.isEmpty()) {
      throw new InvalidSetting(
          "--workload", "none", "must be given, such as poisson:rate=2,mean=1s");
    }
    if (startDelay != null && startDelay.compareTo(LONGEST_START) > 0) {
      throw new InvalidSetting("--start-delay", Durations.format(startDelay), "must be at most 1h");
    }
    Workloads read = WorkloadReader.read(workloads, seed);
    read = startDelay == null ? read : read.withStartDelay(startDelay);
    read = workerMemory == null ? read : read.withWorkerMemory(workerMemory);
    return daemonMemory == null ? read : read.withDaemonMemory(daemonMemory);
  }

  Optional<Path> plot() {
    return Optional.ofNullable(plot);
  }

  boolean json() {
    return json;
  }
}
