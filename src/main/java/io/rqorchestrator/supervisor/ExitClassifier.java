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

/** Judges the ends of workers: who crashed, and how long the place waits for a successor. */
final class ExitClassifier {

  /**
   * An exit with code 0 that comes sooner counts as a crash, unless a job was done or our worker
   * host guards the worker. RQ also exits 0 on an unhandled exception in its main loop; the host
   * makes exit code 70 of that.
   */
  private static final Duration TOO_SOON = Duration.ofSeconds(10);

  /** Workers that end in order at once are not started more often, place by place. */
  private static final Duration SHORTEST_LIFE = Duration.ofSeconds(1);

  private final RestartBackoff backoff;

  ExitClassifier(RestartBackoff backoff) {
    this.backoff = backoff;
  }

  /**
   * Judges.
   *
   * @param name RQ's name of the worker
   * @param exitCode 128 + signal if a signal ended it; negative if unknown
   * @param redisAnswers whether Redis was there for it
   */
  WorkerExit of(
      Worker worker, Optional<String> name, int exitCode, boolean redisAnswers, Tick now) {
    Duration uptime = now.since(worker.startedAt());
    Ending ending = endingOf(worker, exitCode, uptime, redisAnswers);
    return new WorkerExit(
        ending, text(exitCode), uptime, vacancy(worker, ending, uptime, name, exitCode, now));
  }

  private static Ending endingOf(
      Worker worker, int exitCode, Duration uptime, boolean redisAnswers) {
    if (worker.phase() instanceof Draining) {
      return Ending.ASKED;
    }
    if (!redisAnswers) {
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
      // A Redis that comes and goes must not make a storm of starts.
      case WITHOUT_REDIS ->
          Optional.of(new Vacancy(worker.failures(), now.plus(backoff.after(1)), Optional.empty()));
      case CRASHED -> {
        int failures = uptime.compareTo(Health.HEALTHY) >= 0 ? 1 : worker.failures() + 1;
        Optional<String> mayBePardoned = exitCode <= 0 ? name : Optional.empty();
        yield Optional.of(new Vacancy(failures, now.plus(backoff.after(failures)), mayBePardoned));
      }
    };
  }

  private static Tick notBefore(Worker worker, Tick now) {
    Tick earliest = worker.startedAt().plus(SHORTEST_LIFE);
    return worker.jobs() == 0 && now.isBefore(earliest) ? earliest : now;
  }

  /** Of a worker that has done jobs, or that is guarded, exit code 0 tells the truth. */
  private static boolean endsInOrder(RqWorker seen) {
    return seen.jobs() > 0 || seen.guarded().orElse(false);
  }

  /** Whether the worker that left this place turns out to have ended in order, early as it was. */
  static boolean hadEndedInOrder(Vacancy vacancy, RqSnapshot snapshot) {
    return vacancy
        .formerName()
        .flatMap(name -> Optional.ofNullable(snapshot.workers().get(name)))
        .filter(ExitClassifier::endsInOrder)
        .isPresent();
  }

  /** Java reports death by a signal as 128 + its number. */
  private static String text(int exitCode) {
    if (exitCode < 0) {
      return "exit code unknown";
    }
    return exitCode > 128 ? "signal " + (exitCode - 128) : "exit code " + exitCode;
  }
}
