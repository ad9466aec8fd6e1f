package io.rqorchestrator.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Everything a pool can be told, validated: an instance can be run.
 *
 * @param queues queues in priority order, at least one
 * @param redis where Redis is
 * @param minWorkers fewest active workers, 0 or more
 * @param maxWorkers most live workers, 1 or more
 * @param scalingPeriod time between scaling decisions, 100 ms or more
 * @param samplingInterval time between samples, 100 ms or more
 * @param window what utilization is measured over, at least one sampling interval
 * @param threshold utilization above which the pool grows, in (0, 0.9]
 * @param name the pool's name; derived if empty
 * @param runtimeDirectory where its files live; chosen if empty
 * @param python the Python that runs the workers
 * @param directory working directory of the workers
 * @param program what a worker runs
 * @param scheduler whether core workers run RQ's scheduler
 * @param burst whether to stop once the queues are empty
 * @param startTimeout how long a worker may take to register
 * @param drainTimeout how long a draining worker may take for its job; empty: as long as it needs
 * @param restartSurge most extra workers while others are being replaced, 1..1000
 * @param maxWorkerJobs most jobs of a worker before it is replaced; empty: no limit
 * @param maxWorkerAge greatest age of a worker before it is replaced; empty: no limit
 * @param maxWorkerMemory most bytes of a worker before it is replaced; empty: no limit
 * @param rqArguments handed to {@code rq worker} as they are
 * @param historyFile where the history is written as JSON lines; empty: nowhere
 */
public record PoolSettings(
    List<String> queues,
    RedisAddress redis,
    int minWorkers,
    int maxWorkers,
    Duration scalingPeriod,
    Duration samplingInterval,
    Duration window,
    double threshold,
    Optional<String> name,
    Optional<Path> runtimeDirectory,
    String python,
    Path directory,
    WorkerProgram program,
    boolean scheduler,
    boolean burst,
    Duration startTimeout,
    Optional<Duration> drainTimeout,
    int restartSurge,
    OptionalLong maxWorkerJobs,
    Optional<Duration> maxWorkerAge,
    OptionalLong maxWorkerMemory,
    List<String> rqArguments,
    Optional<Path> historyFile) {

  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofDays(365);
  private static final int MOST_WORKERS = 1000;
  private static final long LEAST_MEMORY = 10L << 20;

  /** Long options of {@code rq worker} that are the daemon's business, and what to use instead. */
  private static final Set<String> OWN_LONG =
      Set.of("--name", "--url", "--burst", "--config", "--pid", "--with-scheduler");

  /** Refuses what cannot be run. */
  public PoolSettings {
    queues = List.copyOf(queues);
    rqArguments = List.copyOf(rqArguments);
    if (queues.isEmpty()) {
      throw new InvalidSetting("--queue", "none", "must name at least one queue");
    }
    for (String queue : queues) {
      if (queue.isBlank() || queue.startsWith("-") || !queue.equals(queue.strip())) {
        throw new InvalidSetting("--queue", queue, "must be the name of a queue");
      }
    }
    if (Set.copyOf(queues).size() < queues.size()) {
      throw new InvalidSetting("--queue", String.join(",", queues), "must name each queue once");
    }
    if (minWorkers < 0 || minWorkers > MOST_WORKERS) {
      throw new InvalidSetting("--min-workers", minWorkers, "must be within 0..1000");
    }
    if (maxWorkers < 1 || maxWorkers > MOST_WORKERS) {
      throw new InvalidSetting("--max-workers", maxWorkers, "must be within 1..1000");
    }
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
    within("--scaling-period", scalingPeriod);
    within("--sampling-interval", samplingInterval);
    within("--utilization-window", window);
    within("--start-timeout", startTimeout);
    drainTimeout.ifPresent(timeout -> within("--drain-timeout", timeout));
    maxWorkerAge.ifPresent(age -> within("--max-worker-age", age));
    if (restartSurge < 1 || restartSurge > MOST_WORKERS) {
      throw new InvalidSetting("--restart-surge", restartSurge, "must be within 1..1000");
    }
    maxWorkerJobs.stream()
        .filter(jobs -> jobs < 1)
        .forEach(
            jobs -> {
              throw new InvalidSetting("--max-worker-jobs", jobs, "must be 1 or more");
            });
    maxWorkerMemory.stream()
        .filter(bytes -> bytes < LEAST_MEMORY)
        .forEach(
            bytes -> {
              throw new InvalidSetting(
                  "--max-worker-memory", bytes + " bytes", "must be 10MB or more");
            });
    if (window.compareTo(samplingInterval) < 0) {
      throw new InvalidSetting(
          "--utilization-window",
          Durations.format(window),
          "must be at least --sampling-interval ("
              + Durations.format(samplingInterval)
              + "): a window holds one sample or more");
    }
    name.filter(text -> !text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"))
        .ifPresent(
            text -> {
              throw new InvalidSetting(
                  "--name", text, "must be 1 to 64 letters, digits, dots, dashes or underscores");
            });
    if (program.words().isEmpty()) {
      throw new InvalidSetting("--worker-entry", "", "must name what a worker runs");
    }
    rqArguments.forEach(PoolSettings::refuseOwn);
    if (!rqArguments.isEmpty() && program instanceof WorkerProgram.Command) {
      throw new InvalidSetting(
          "--", String.join(" ", rqArguments), "goes with rq worker: put it into --worker-command");
    }
  }

  private static void within(String name, Duration value) {
    if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
      throw new InvalidSetting(name, Durations.format(value), "must be within 100ms..365d");
    }
  }

  private static void refuseOwn(String argument) {
    String option =
        argument.contains("=") ? argument.substring(0, argument.indexOf('=')) : argument;
    boolean own = OWN_LONG.contains(option) || argument.matches("-[vqs]*[nubc].*");
    if (own) {
      throw new InvalidSetting("--", argument, instead(option));
    }
  }

  private static String instead(String option) {
    String use =
        switch (option.length() > 2 && !option.startsWith("--") ? option.substring(0, 2) : option) {
          case "--url", "-u" -> "use our --redis-url";
          case "--burst", "-b" -> "use our --burst";
          case "--with-scheduler" -> "core workers run the scheduler, see --no-scheduler";
          case "--name", "-n" -> "the pool names its workers, see --name";
          case "--config", "-c" -> "set RQ_CONFIG in the environment, Redis by --redis-url";
          default -> "leave it out";
        };
    return "is the daemon's to give: " + use;
  }
}
