package io.rqorchestrator.advice;

import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.history.HistoryReader;
import io.rqorchestrator.history.PoolHistory;
import io.rqorchestrator.simulation.CsvWorkload;
import io.rqorchestrator.simulation.GeneratedWorkload;
import io.rqorchestrator.simulation.PoolWeight;
import io.rqorchestrator.simulation.Replay;
import io.rqorchestrator.simulation.Replay.Seen;
import io.rqorchestrator.simulation.Workload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads workloads: generated ones, CSV files, and the histories of pools. */
public final class WorkloadReader {

  private static final Duration USUAL_START = Duration.ofMillis(600);
  private static final String CSV = "csv:";
  private static final String HISTORY = "history:";

  private final List<Workload> queues = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();

  /** What the histories say of starts and memory. */
  private final List<Duration> startDelays = new ArrayList<>();

  private final List<Long> workerBytes = new ArrayList<>();
  private final List<Long> daemonBytes = new ArrayList<>();

  private Duration work = Duration.ZERO;

  private WorkloadReader() {}

  /**
   * Reads workloads, one for each queue.
   *
   * @param texts as the user gave them
   * @param seed of the random numbers; each queue has its own
   * @throws InvalidSetting if one of them cannot be used
   */
  public static Workloads read(List<String> texts, long seed) {
    WorkloadReader reader = new WorkloadReader();
    texts.forEach(text -> reader.add(text, seed));
    return new Workloads(
        reader.queues,
        median(reader.startDelays).orElse(USUAL_START),
        median(reader.workerBytes).map(OptionalLong::of).orElse(OptionalLong.empty()),
        median(reader.daemonBytes).orElse(PoolWeight.DAEMON),
        reader.remarks);
  }

  private void add(String text, long seed) {
    Workload workload =
        text.startsWith(CSV)
            ? csv(text)
            : text.startsWith(HISTORY)
                ? history(text)
                : GeneratedWorkload.of(text, seed + queues.size());
    queues.add(workload);
    work = work.plus(workload.work());
    if (work.compareTo(Workload.MOST_WORK) > 0) {
      throw new InvalidSetting(
          "--workload",
          text,
          String.format(
              Locale.ROOT,
              "brings the work to %,d days for one worker: must be at most 36,500, so shorten it",
              work.toDays()));
    }
  }

  private static Workload csv(String text) {
    try {
      Path file = Path.of(text.substring(CSV.length()));
      return CsvWorkload.of(text, Files.readAllLines(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw unreadable(text);
    }
  }

  private Workload history(String text) {
    PoolHistory history;
    try {
      history = HistoryReader.read(Path.of(text.substring(HISTORY.length())));
    } catch (IOException e) {
      throw unreadable(text);
    }
    Workload replayed = replay(text, history);
    startDelays.addAll(startDelays(history));
    workerBytes.addAll(history.workerBytes());
    daemonBytes.addAll(history.daemonBytes());
    if (history.start().map(start -> start.queues() > 1).orElse(false)) {
      remarks.add(text + ": its queues are replayed as one, without their order of priority");
    }
    if (history.skipped() > 0) {
      remarks.add(
          String.format(
              Locale.ROOT,
              "%s: skipped %d of %d lines that could not be read",
              text,
              history.skipped(),
              history.lines()));
    }
    return replayed;
  }

  private static InvalidSetting unreadable(String text) {
    return new InvalidSetting("--workload", text, "must name a readable file in UTF-8");
  }

  private static Workload replay(String text, PoolHistory history) {
    List<Seen> samples = new ArrayList<>();
    for (PoolHistory.Sample sample : history.samples()) {
      sample
          .jobs()
          .ifPresent(
              jobs ->
                  samples.add(
                      new Seen(
                          Duration.between(history.begun(), sample.at()),
                          sample.queued(),
                          sample.busy(),
                          jobs)));
    }
    if (samples.isEmpty()) {
      throw new InvalidSetting(
          "--workload",
          text,
          "holds no sample that counts jobs: give the file of worker-pool --history-file");
    }
    try {
      return Replay.of(text, samples);
    } catch (IllegalArgumentException e) {
      throw new InvalidSetting(
          "--workload", text, "shows no job that ended: workers must run in the worker host");
    }
  }

  /**
   * How long workers took to start. The history shows a ready worker at the next sample, half an
   * interval too late on average; that half is subtracted.
   */
  private static List<Duration> startDelays(PoolHistory history) {
    List<Duration> intervals = new ArrayList<>();
    for (int i = 1; i < history.samples().size(); i++) {
      intervals.add(
          Duration.between(history.samples().get(i - 1).at(), history.samples().get(i).at()));
    }
    Duration late = median(intervals).orElse(Duration.ZERO).dividedBy(2);
    return history.startDelays().stream()
        .map(delay -> delay.compareTo(late) < 0 ? Duration.ZERO : delay.minus(late))
        .toList();
  }

  private static <T extends Comparable<T>> Optional<T> median(List<T> values) {
    List<T> sorted = values.stream().sorted().toList();
    return sorted.isEmpty() ? Optional.empty() : Optional.of(sorted.get(sorted.size() / 2));
  }
}
