package io.rqorchestrator.pool;

import io.rqorchestrator.pool.WorkerPhase.Draining;
import io.rqorchestrator.pool.WorkerPhase.Running;
import io.rqorchestrator.pool.WorkerPhase.Starting;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.Tick;
import java.util.Optional;

/**
 * A live worker of the pool.
 *
 * @param id its number
 * @param pid its process
 * @param role core or elastic
 * @param lossFree whether it may be signalled at any moment without losing a job: it runs in our
 *     worker host
 * @param startedAt when it was spawned
 * @param failures how often its place has failed in a row before it
 * @param phase where it is in its life
 * @param record its record in Redis as the newest sample shows it; empty until it is matched
 */
public record Worker(
    WorkerId id,
    long pid,
    Role role,
    boolean lossFree,
    Tick startedAt,
    int failures,
    WorkerPhase phase,
    Optional<RqWorker> record) {

  /** A worker that was spawned just now. */
  public static Worker started(
      WorkerId id, long pid, Role role, boolean lossFree, Tick at, int failures) {
    return new Worker(id, pid, role, lossFree, at, failures, new Starting(), Optional.empty());
  }

  /** Whether it counts between min and max: started or starting, and not draining. */
  public boolean isActive() {
    return !(phase instanceof Draining);
  }

  /** Whether it is known to wait for a job. */
  public boolean isIdle() {
    return phase instanceof Running && record.map(RqWorker::isIdle).orElse(false);
  }

  /** Whether it is known to hold a job. */
  public boolean isBusy() {
    return record.map(RqWorker::isBusy).orElse(false);
  }

  /** Whether a SIGTERM now means "finish and go" rather than sudden death. */
  public boolean canBeAsked() {
    return lossFree
        || phase instanceof Running
        || record.map(seen -> seen.state().canBeSignalled()).orElse(false);
  }

  /** The same worker as a newer sample shows it; ready once it has shown that it takes jobs. */
  public Worker seen(RqWorker newer, Tick at) {
    boolean ready = phase instanceof Starting && newer.state().canBeSignalled();
    return new Worker(
        id,
        pid,
        role,
        lossFree,
        startedAt,
        failures,
        ready ? new Running(at) : phase,
        Optional.of(newer));
  }

  /** The same worker a step further on its way out. */
  public Worker draining(DrainReason reason, DrainStep step, Tick at) {
    return new Worker(
        id, pid, role, lossFree, startedAt, failures, new Draining(reason, step, at), record);
  }

  /** RQ's name of it, once it is matched. */
  public Optional<String> rqName() {
    return record.map(RqWorker::name);
  }

  /** How log and status name it. */
  public String describe() {
    return id + " (pid " + pid + ")";
  }
}
