package io.rqorchestrator.cli;

import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.history.HistoryReader;
import io.rqorchestrator.history.PoolHistory;
import io.rqorchestrator.simulation.CsvWorkload;
import io.rqorchestrator.simulation.GeneratedWorkload;
import io.rqorchestrator.simulation.Job;
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

/**
 * The workloads that a command was given.
 *
 * @param queues each queue's jobs, in priority order
 * @param startDelay from the spawn of a worker until it takes jobs
 * @param workerMemory bytes that one worker takes; empty if that is not known
 * @param daemonMemory bytes that the daemon takes, and what else serves all workers
 * @param remarks what the user should know of the files they came from
 */
record Workloads(
    List<Workload> queues,
    Duration startDelay,
    OptionalLong workerMemory,
    long daemonMemory,
    List<String> remarks) {

  private static final Duration USUAL_START = Duration.ofMillis(600);
  private static final String CSV = "csv:";
  private static final String HISTORY = "history:";

  Workloads {
    queues = List.copyOf(queues);
    remarks = List.copyOf(remarks);
  }

  /**
   * Reads them.
   *
   * @param texts as the user gave them
   * @param seed of the random numbers; each queue has its own
   * @throws InvalidSetting if one of them cannot be used
   */
  static Workloads read(List<String> texts, long seed) {
    List<Workload> queues = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    List<Duration> starts = new ArrayList<>();
    List<Long> workers = new ArrayList<>();
    List<Long> daemons = new ArrayList<>();
    Duration work = Duration.ZERO;
    for (String text : texts) {
      if (text.startsWith(CSV)) {
        queues.add(csv(text));
      } else if (text.startsWith(HISTORY)) {
        PoolHistory history = history(text);
        queues.add(replay(text, history));
        starts.addAll(startDelays(history));
        workers.addAll(history.workerBytes());
        daemons.addAll(history.daemonBytes());
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
      } else {
        queues.add(GeneratedWorkload.of(text, seed + queues.size()));
      }
      work = work.plus(queues.get(queues.size() - 1).work());
      if (work.compareTo(Workload.MOST_WORK) > 0) {
        throw new InvalidSetting(
            "--workload",
            text,
            String.format(
                Locale.ROOT,
                "makes it %,d days of work for one worker: must be at most 36,500, so shorten it",
                work.toDays()));
      }
    }
    return new Workloads(
        queues,
        median(starts).orElse(USUAL_START),
        median(workers).map(OptionalLong::of).orElse(OptionalLong.empty()),
        median(daemons).orElse(PoolWeight.DAEMON),
        remarks);
  }

  /** The same jobs for workers that take this long to start. */
  Workloads startingIn(Duration delay) {
    return new Workloads(queues, delay, workerMemory, daemonMemory, remarks);
  }

  /** The same jobs for workers that take so many bytes. */
  Workloads weighing(long bytes) {
    return new Workloads(queues, startDelay, OptionalLong.of(bytes), daemonMemory, remarks);
  }

  /** The same jobs for workers beside a daemon that takes so many bytes. */
  Workloads servedWith(long bytes) {
    return new Workloads(queues, startDelay, workerMemory, bytes, remarks);
  }

  /** What a pool for them takes of memory; empty if that is not known. */
  Optional<PoolWeight> weight() {
    return workerMemory.isPresent()
        ? Optional.of(new PoolWeight(workerMemory.getAsLong(), daemonMemory))
        : Optional.empty();
  }

  /** How many jobs there are. */
  int count() {
    return queues.stream().mapToInt(queue -> queue.jobs().size()).sum();
  }

  /** How long they arrive for. */
  Duration span() {
    return queues.stream().map(Workload::span).max(Duration::compareTo).orElse(Duration.ZERO);
  }

  /** Mean number of workers that they keep busy, in erlang, if none is late. */
  double load() {
    return span().isZero() ? 0 : work().toNanos() / (double) span().toNanos();
  }

  /** What one worker would need for all of them. */
  Duration work() {
    return queues.stream().map(Workload::work).reduce(Duration.ZERO, Duration::plus);
  }

  /** How long the longest takes. */
  Duration longest() {
    return queues.stream()
        .flatMap(queue -> queue.jobs().stream())
        .map(Job::length)
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  private static Workload csv(String text) {
    try {
      Path file = Path.of(text.substring(CSV.length()));
      return CsvWorkload.of(text, Files.readAllLines(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw unreadable(text);
    }
  }

  private static PoolHistory history(String text) {
    try {
      return HistoryReader.read(Path.of(text.substring(HISTORY.length())));
    } catch (IOException e) {
      throw unreadable(text);
    }
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
          "--workload", text, "tells of no job that ended: workers must run in the worker host");
    }
  }

  /** That a worker is ready is seen at the next sample: half an interval too late on average. */
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
