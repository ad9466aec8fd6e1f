package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.Ending;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.WorkerEvent;
import io.rqorchestrator.pool.JobCheck;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.time.Tick;
import java.util.Optional;

/**
 * Removes workers that have ended from the pool, leaves vacancies, and passes dead workers on to
 * {@link DeadWorkers}.
 */
final class WorkerExits {

  private final Roster roster;
  private final Ledgers ledgers;
  private final JobChecks jobChecks;
  private final DeadWorkers deadWorkers;
  private final ExitClassifier classifier;
  private final Health health;
  private final EventSink events;

  WorkerExits(
      Roster roster,
      Ledgers ledgers,
      JobChecks jobChecks,
      DeadWorkers deadWorkers,
      ExitClassifier classifier,
      Health health,
      EventSink events) {
    this.roster = roster;
    this.ledgers = ledgers;
    this.jobChecks = jobChecks;
    this.deadWorkers = deadWorkers;
    this.classifier = classifier;
    this.health = health;
    this.events = events;
  }

  /**
   * Handles the exit of a worker process.
   *
   * @param exitCode 128 + signal if a signal ended it; negative if unknown
   * @param mayAct whether Redis answers and RQ is not suspended; if not, an exit is no crash
   */
  void exited(WorkerId id, int exitCode, boolean mayAct, Tick now) {
    Worker worker = roster.pool().find(id).orElse(null);
    if (worker == null) {
      return;
    }
    WorkerHandle handle = roster.handle(worker);
    Optional<String> name = roster.rqName(worker);
    name.ifPresent(known -> ledgers.busy().end(now, known));
    name.ifPresent(known -> ledgers.jobs().end(known, now));
    roster.remove(id);
    Optional<JobCheck> unused = jobChecks.take(id);
    if (exitCode != 0 || worker.isForcedToEnd()) {
      deadWorkers.died(worker, handle, name, exitCode, now);
    } else {
      deadWorkers.exitedNormally();
    }
    WorkerExit exit = classifier.classify(worker, name, exitCode, mayAct, now);
    if (exit.ending() == Ending.CRASHED) {
      health.noteProblem(exit.describe(worker));
    }
    exit.vacancy().ifPresent(roster::add);
    events.accept(
        now,
        new WorkerEvent.WorkerGone(
            id, worker.pid(), exit.ending(), exit.status(), exit.uptime(), exit.retryIn(now)));
  }
}
