package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.Ending;
import io.rqorchestrator.pool.RestartBackoff;
import io.rqorchestrator.pool.Vacancy;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerPhase.Draining;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Optional;

/** Classifies exits of workers: whether the worker crashed, and how long its place stays vacant. */
final class ExitClassifier {

  /**
   * Uptime below which an exit with code 0 counts as a crash, unless the worker has done a job or
   * our worker host guards it. RQ also exits with 0 after an unhandled exception in its main loop;
   * our worker host turns that into exit code 70.
   */
  private static final Duration TOO_SOON = Duration.ofSeconds(10);

  /** Shortest time between two starts at a place whose workers end in order at once. */
  private static final Duration SHORTEST_LIFE = Duration.ofSeconds(1);

  private final RestartBackoff backoff;

  ExitClassifier(RestartBackoff backoff) {
    this.backoff = backoff;
  }

  /**
   * Classifies an exit.
   *
   * @param name RQ's name of the worker
   * @param exitCode 128 + signal if a signal ended it; negative if unknown
   * @param mayAct whether Redis answers and RQ is not suspended; if not, an exit is no crash
   */
  WorkerExit classify(
      Worker worker, Optional<String> name, int exitCode, boolean mayAct, Tick now) {
    Duration uptime = now.since(worker.startedAt());
    Ending ending = endingOf(worker, exitCode, uptime, mayAct);
    return new WorkerExit(
        ending, text(exitCode), uptime, vacancy(worker, ending, uptime, name, exitCode, now));
  }

  private static Ending endingOf(Worker worker, int exitCode, Duration uptime, boolean mayAct) {
    if (worker.phase() instanceof Draining) {
      return Ending.ASKED;
    }
    if (!mayAct) {
      return Ending.WITHOUT_REDIS;
    }
    boolean orderly = worker.record().filter(ExitClassifier::endsInOrder).isPresent();
    boolean finished = exitCode == 0 && (orderly || uptime.compareTo(TOO_SOON) >= 0);
    return finished ? Ending.FINISHED : Ending.CRASHED;
  }

  private Optional<Vacancy> vacancy(
      Worker worker,
      Ending ending,
      Duration uptime,
      Optional<String> name,
      int exitCode,
      Tick now) {
    return switch (ending) {
      case ASKED -> Optional.empty();
      case FINISHED -> Optional.of(new Vacancy(0, notBefore(worker, now), Optional.empty()));
      // An unstable Redis must not cause a storm of starts.
      case WITHOUT_REDIS ->
          Optional.of(new Vacancy(worker.failures(), now.plus(backoff.after(1)), Optional.empty()));
      case CRASHED -> {
        int failures = uptime.compareTo(Health.HEALTHY) >= 0 ? 1 : worker.failures() + 1;
        Optional<String> nameIfPardonable = exitCode <= 0 ? name : Optional.empty();
        yield Optional.of(
            new Vacancy(failures, now.plus(backoff.after(failures)), nameIfPardonable));
      }
    };
  }

  private static Tick notBefore(Worker worker, Tick now) {
    Tick earliest = worker.startedAt().plus(SHORTEST_LIFE);
    return worker.jobs() == 0 && now.isBefore(earliest) ? earliest : now;
  }

  /** Whether exit code 0 of the worker proves an end in order: it has done jobs or is guarded. */
  private static boolean endsInOrder(RqWorker seen) {
    return seen.jobs() > 0 || seen.guarded().orElse(false);
  }

  /** Whether a sample shows that the early end of the place's former worker was in order. */
  static boolean hadEndedInOrder(Vacancy vacancy, RqSnapshot snapshot) {
    return vacancy
        .formerName()
        .flatMap(name -> Optional.ofNullable(snapshot.workers().get(name)))
        .filter(ExitClassifier::endsInOrder)
        .isPresent();
  }

  /** The exit code in words. Java reports an end by a signal as 128 + the signal's number. */
  private static String text(int exitCode) {
    if (exitCode < 0) {
      return "exit code unknown";
    }
    return exitCode > 128 ? "signal " + (exitCode - 128) : "exit code " + exitCode;
  }
}
