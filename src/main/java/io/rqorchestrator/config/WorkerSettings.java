package io.rqorchestrator.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a worker runs and how it is started and stopped.
 *
 * @param program what a worker runs
 * @param python the Python that runs the workers
 * @param directory working directory of the workers
 * @param scheduler whether core workers run RQ's scheduler
 * @param startTimeout how long a worker may take to register
 * @param drainTimeout how long jobs may still run once the pool stops; empty: as long as they need
 * @param preload Python modules that the fork server imports before it forks workers; empty: each
 *     worker starts on its own
 * @param rqArguments arguments passed to {@code rq worker} unchanged
 */
public record WorkerSettings(
    WorkerProgram program,
    String python,
    Path directory,
    boolean scheduler,
    Duration startTimeout,
    Optional<Duration> drainTimeout,
    List<String> preload,
    List<String> rqArguments) {

  /** Long options of {@code rq worker} that the daemon itself sets. */
  private static final Set<String> OWN_LONG =
      Set.of("--name", "--url", "--burst", "--config", "--pid", "--with-scheduler");

  private static final Pattern MODULE =
      Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*(\\.[\\p{L}_][\\p{L}\\p{N}_]*)*");

  /** Refuses invalid values. */
  public WorkerSettings {
    preload = List.copyOf(preload);
    rqArguments = List.copyOf(rqArguments);
    if (program.words().isEmpty()) {
      throw new InvalidSetting("--worker-entry", "", "must name what a worker runs");
    }
    Rules.isWithinAYear("--start-timeout", startTimeout);
    drainTimeout.ifPresent(timeout -> Rules.isWithinAYear("--drain-timeout", timeout));
    refuse(preload, program);
    rqArguments.forEach(argument -> refuseOwn("--", argument));
    if (program instanceof WorkerProgram.PythonEntry && program.isRq()) {
      program.words().stream()
          .dropWhile(word -> !word.equals("worker"))
          .forEach(word -> refuseOwn("--worker-entry", word));
    }
    if (!rqArguments.isEmpty() && program instanceof WorkerProgram.ShellCommand) {
      throw new InvalidSetting(
          "--", String.join(" ", rqArguments), "goes with rq worker: put it into --worker-command");
    }
  }

  private static void refuse(List<String> preload, WorkerProgram program) {
    String given = String.join(",", preload);
    if (!preload.stream().allMatch(MODULE.asMatchPredicate())) {
      throw new InvalidSetting(
          "--preload", given, "must name Python modules, with commas between: pandas,shop.jobs");
    }
    if (!preload.isEmpty() && program instanceof WorkerProgram.ShellCommand) {
      throw new InvalidSetting(
          "--preload", given, "works with --worker-entry, not with --worker-command");
    }
  }

  private static void refuseOwn(String setting, String argument) {
    String option =
        argument.contains("=") ? argument.substring(0, argument.indexOf('=')) : argument;
    boolean own = OWN_LONG.contains(option) || argument.matches("-[vqs]*[nubc].*");
    if (own) {
      throw new InvalidSetting(setting, RedisAddress.withoutSecrets(argument), instead(option));
    }
  }

  private static String instead(String option) {
    String use =
        switch (option.length() > 2 && !option.startsWith("--") ? option.substring(0, 2) : option) {
          case "--url", "-u" -> "use our --redis-url";
          case "--burst", "-b" -> "use our --burst";
          case "--with-scheduler" -> "core workers run the scheduler, see --no-scheduler";
          case "--name", "-n" -> "the pool names its workers, see --name";
          case "--config", "-c" -> "set RQ_CONFIG in the environment";
          default -> "leave it out";
        };
    return "is set by the daemon: " + use;
  }
}
