package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.WorkerEvent;
import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.JobCheck;
import io.rqorchestrator.pool.PoolAction;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.pool.WorkerProcesses;
import io.rqorchestrator.rq.JobInHand;
import io.rqorchestrator.time.Tick;
import java.util.Optional;

/** Carries out planned actions. No other class has workers started, signals them or kills them. */
final class ActionExecutor {

  private final Roster roster;
  private final WorkerProcesses processes;
  private final Launching launching;
  private final JobChecks jobChecks;
  private final DeadWorkerJobs deadWorkerJobs;
  private final Ledgers ledgers;
  private final EventSink events;

  ActionExecutor(
      Roster roster,
      WorkerProcesses processes,
      Launching launching,
      JobChecks jobChecks,
      DeadWorkerJobs deadWorkerJobs,
      Ledgers ledgers,
      EventSink events) {
    this.roster = roster;
    this.processes = processes;
    this.launching = launching;
    this.jobChecks = jobChecks;
    this.deadWorkerJobs = deadWorkerJobs;
    this.ledgers = ledgers;
    this.events = events;
  }

  /**
   * Carries out one action.
   *
   * @param min number of core workers
   */
  void carryOut(PoolAction action, int min, Tick now) {
    if (action instanceof PoolAction.StartWorker start) {
      launching.launch(start.role(), min, 0, now);
    } else if (action instanceof PoolAction.Refill refill) {
      roster.remove(refill.vacancy());
      launching.launch(refill.role(), min, refill.vacancy().failures(), now);
    } else if (action instanceof PoolAction.GiveUp giveUp) {
      roster.remove(giveUp.vacancy());
    } else if (action instanceof PoolAction.DrainWorker drain) {
      drain(drain, now);
    } else if (action instanceof PoolAction.CheckJob question) {
      jobChecks.request(question.worker(), now);
    }
  }

  private void drain(PoolAction.DrainWorker action, Tick now) {
    Worker worker = action.worker();
    WorkerHandle handle = roster.handle(worker);
    if (handle == null) {
      return;
    }
    Optional<JobCheck> check = jobChecks.take(worker.id());
    roster.update(worker.draining(action.reason(), action.step(), now));
    worker.rqName().ifPresent(name -> ledgers.busy().end(now, name));
    signal(handle, action);
    boolean mayEndJob = action.step().mayEndJob();
    boolean confirmed = check.filter(open -> open.isConclusive(worker)).isPresent();
    String job = mayEndJob ? jobOf(worker, check) : worker.job();
    if (mayEndJob && !job.isEmpty()) {
      deadWorkerJobs.named(worker.id(), job);
    }
    events.accept(
        now,
        new WorkerEvent.WorkerDraining(
            worker.id(), worker.pid(), action.reason(), action.step(), job, confirmed));
    if (action.reason() == DrainReason.START_TIMEOUT && worker.isActive()) {
      launching.missedStart(worker, now);
    }
  }

  private void signal(WorkerHandle handle, PoolAction.DrainWorker action) {
    switch (action.step()) {
      case MARKED -> {}
      case ASKED -> {
        handle.terminate();
        handle.resume();
        processes.endRequested(handle.pid(), action.reason());
      }
      case WOKEN -> {
        if (action.worker().mayBeAskedAgain()) {
          handle.terminate();
        }
        handle.resume();
      }
      case COLD -> {
        handle.stopCold();
        handle.resume();
      }
      case KILLED -> handle.kill();
    }
  }

  /** The worker's job according to the job check, or else according to the newest sample. */
  private static String jobOf(Worker worker, Optional<JobCheck> check) {
    Optional<JobInHand> found = check.filter(JobCheck::answered).flatMap(JobCheck::found);
    return found.map(JobInHand::id).orElseGet(worker::job);
  }
}
