package io.rqorchestrator.pool;

import static io.rqorchestrator.rq.RqWorkerDraft.rqWorker;
import static io.rqorchestrator.time.Ticks.at;

import io.rqorchestrator.pool.WorkerBirth.Origin;
import io.rqorchestrator.pool.WorkerPhase.Adopted;
import io.rqorchestrator.pool.WorkerPhase.Running;
import io.rqorchestrator.pool.WorkerPhase.Starting;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.rq.WorkerState;
import io.rqorchestrator.time.Tick;
import java.util.Optional;

/** Workers of a pool as a test needs them: elastic, in our worker host, spawned at 0 s. */
final class Workers {

  private static final Tick BIRTH = at(0);

  private Workers() {}

  /** Spawned and not yet seen. */
  static Worker starting(int number) {
    return of(number, new Starting(), Optional.empty());
  }

  /** Ready, and waiting for a job. */
  static Worker idle(int number) {
    return of(number, new Running(at(1)), Optional.of(rqWorker(name(number)).read()));
  }

  /** Ready, and holding a job. */
  static Worker busy(int number) {
    RqWorker holding = rqWorker(name(number)).job("job-" + number, at(2)).read();
    return of(number, new Running(at(1)), Optional.of(holding));
  }

  /** Ready, but the newest sample could not read it. */
  static Worker unread(int number) {
    return of(number, new Running(at(1)), Optional.of(RqWorker.unreadable(name(number))));
  }

  /** Left behind by an earlier daemon, and not matched with a record. */
  static Worker adopted(int number) {
    return of(number, new Adopted(), Optional.empty());
  }

  /** On its way out since {@code stepAt}. */
  static Worker draining(int number, DrainStep step, double stepAt) {
    return busy(number).draining(DrainReason.RETIRE, step, at(stepAt));
  }

  /** Ready, waiting for a job, and to be replaced. */
  static Worker outdated(Worker worker) {
    return worker.outdatedBy(DrainReason.RESTART);
  }

  /** On its way out with its successor in its place. */
  static Worker straggler(int number, DrainReason reason) {
    return busy(number).draining(reason, DrainStep.ASKED, BIRTH);
  }

  /** The same worker as one of the {@code --min-workers}. */
  static Worker core(Worker worker) {
    WorkerBirth birth =
        new WorkerBirth(
            worker.id(),
            worker.pid(),
            Role.CORE,
            worker.lossFree(),
            worker.startedAt(),
            worker.failures(),
            worker.birth().origin());
    return new Worker(birth, worker.phase(), worker.record(), worker.beatAt(), worker.outdated());
  }

  /** The same worker without our worker host. */
  static Worker plain(Worker worker) {
    WorkerBirth birth =
        new WorkerBirth(
            worker.id(),
            worker.pid(),
            worker.role(),
            false,
            worker.startedAt(),
            worker.failures(),
            worker.birth().origin());
    return new Worker(birth, worker.phase(), worker.record(), worker.beatAt(), worker.outdated());
  }

  /** The same worker, spawned at {@code seconds}. */
  static Worker startedAt(double seconds, Worker worker) {
    WorkerBirth birth =
        new WorkerBirth(
            worker.id(),
            worker.pid(),
            worker.role(),
            worker.lossFree(),
            at(seconds),
            worker.failures(),
            worker.birth().origin());
    return new Worker(birth, worker.phase(), worker.record(), at(seconds), worker.outdated());
  }

  /** The same worker as a sample shows it in {@code state}. */
  static Worker seen(Worker worker, WorkerState state) {
    return worker.seen(rqWorker(name(worker.id().number())).state(state).read(), at(3));
  }

  private static Worker of(int number, WorkerPhase phase, Optional<RqWorker> record) {
    Origin origin = phase instanceof Adopted ? Origin.ADOPTED : Origin.SPAWNED;
    WorkerBirth birth =
        new WorkerBirth(new WorkerId(number), 1000 + number, Role.ELASTIC, true, BIRTH, 0, origin);
    return new Worker(birth, phase, record, BIRTH, Optional.empty());
  }

  private static String name(int number) {
    return "rq-" + number;
  }
}
