package io.rqorchestrator.pool;

import io.rqorchestrator.pool.WorkerBirth.Origin;
import io.rqorchestrator.pool.WorkerPhase.Adopted;
import io.rqorchestrator.pool.WorkerPhase.Draining;
import io.rqorchestrator.pool.WorkerPhase.Running;
import io.rqorchestrator.pool.WorkerPhase.Starting;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.rq.WorkerState;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Optional;

/**
 * A live worker of the pool.
 *
 * @param birth its fixed properties
 * @param phase starting, adopted, running or draining
 * @param record its record in Redis in the newest sample; empty until a record is matched
 * @param beatAt when its heartbeat was last seen to change; before the first heartbeat, when it was
 *     started or adopted. After a time without samples, the end of that time
 * @param outdated why it is to be replaced; empty if it is not outdated
 */
public record Worker(
    WorkerBirth birth,
    WorkerPhase phase,
    Optional<RqWorker> record,
    Tick beatAt,
    Optional<DrainReason> outdated) {

  /**
   * How long a worker may be silent. In our worker host a worker writes every second while it waits
   * and every half minute during a job, even after Redis lost its record.
   */
  private static final Duration NO_SIGN = Duration.ofMinutes(1);

  /**
   * How long an adopted worker without a record may still have a job. A worker with a job writes
   * every {@code --job-monitoring-interval} of RQ, 30 s by default; this limit allows for longer
   * intervals.
   */
  private static final Duration NO_RECORD = Duration.ofMinutes(15);

  /** A worker that was spawned just now. */
  public static Worker started(
      WorkerId id, long pid, Role role, boolean lossFree, Tick at, int failures) {
    WorkerBirth birth = new WorkerBirth(id, pid, role, lossFree, at, failures, Origin.SPAWNED);
    return new Worker(birth, new Starting(), Optional.empty(), at, Optional.empty());
  }

  /**
   * A worker that an earlier daemon started.
   *
   * @param asked why the earlier daemon requested its end, if it did. Such a worker ends by itself;
   *     a second request could kill its job
   */
  public static Worker adopted(
      WorkerId id, WorkerHandle handle, Role role, Optional<DrainReason> asked, Tick at) {
    Origin origin = handle.rqName().isEmpty() ? Origin.ADOPTED_NAMELESS : Origin.ADOPTED;
    WorkerBirth birth = new WorkerBirth(id, handle.pid(), role, handle.lossFree(), at, 0, origin);
    WorkerPhase phase =
        asked
            .<WorkerPhase>map(reason -> Draining.begun(reason, DrainStep.ASKED, at))
            .orElseGet(Adopted::new);
    return new Worker(birth, phase, Optional.empty(), at, Optional.empty());
  }

  /** The worker's number. */
  public WorkerId id() {
    return birth.id();
  }

  /** The worker's process; 0 while there is none yet. */
  public long pid() {
    return birth.pid();
  }

  /** Core or elastic. */
  public Role role() {
    return birth.role();
  }

  /** Whether SIGTERM loses no job at any moment, because our worker host runs it. */
  public boolean lossFree() {
    return birth.lossFree();
  }

  /** When it was spawned or adopted. */
  public Tick startedAt() {
    return birth.startedAt();
  }

  /** Number of failures in a row at its place before it. */
  public int failures() {
    return birth.failures();
  }

  /** Whether it counts as capacity: started or starting, and not draining. */
  public boolean isActive() {
    return !(phase instanceof Draining);
  }

  /** Whether it was seen ready for jobs and is not draining. */
  public boolean isRunning() {
    return phase instanceof Running;
  }

  /** Whether the pool has stopped it cold or killed it, whether or not it had a job. */
  public boolean isForcedToEnd() {
    return phase instanceof Draining draining && draining.step().mayEndJob();
  }

  /**
   * Whether it only finishes its job after a rolling restart. A worker that was recycled before
   * becomes a straggler only when a rolling restart begins; until then it counts against max,
   * because with jobs longer than the maximum age the number of recycled workers would have no
   * limit.
   */
  public boolean isStraggler() {
    return phase instanceof Draining draining && draining.straggler();
  }

  /** Whether its record says that it waits for a job. */
  public boolean isIdle() {
    return isRunning() && record.map(RqWorker::isIdle).orElse(false);
  }

  /** Whether its record says that it holds a job. */
  public boolean isBusy() {
    return record.map(RqWorker::isBusy).orElse(false);
  }

  /**
   * Whether it is known to hold no job.
   *
   * <ul>
   *   <li>With a record: the record has no job, and it has a state or its heartbeat has expired.
   *   <li>Without a record, spawned by this daemon: always, because a worker registers before it
   *       takes a job.
   *   <li>Without a record, adopted: only after {@link #NO_RECORD}, and only if its record would be
   *       found.
   * </ul>
   */
  boolean isWithoutJob(Tick now) {
    return record
        .map(
            seen ->
                (seen.state() != WorkerState.UNKNOWN || heartbeatHasExpired()) && !seen.isBusy())
        .orElseGet(
            () ->
                switch (birth.origin()) {
                  case SPAWNED -> true;
                  case ADOPTED -> lossFree() && now.hasPassed(NO_RECORD, beatAt);
                  case ADOPTED_NAMELESS -> false;
                });
  }

  /**
   * Whether it has been silent for too long: it was adopted and never seen ready, or its heartbeat
   * in Redis has expired.
   */
  public boolean isSilent(Tick now) {
    boolean silent = phase instanceof Adopted || (isRunning() && heartbeatHasExpired());
    return silent && now.hasPassed(NO_SIGN, beatAt);
  }

  /**
   * Whether Redis has lost its whole record and it does not write again. It may still have a job,
   * because with a long {@code --job-monitoring-interval} of RQ a worker with a job rarely writes.
   */
  public boolean isForgotten(Tick now) {
    return isRunning()
        && lossFree()
        && record.filter(seen -> seen.equals(RqWorker.unreadable(seen.name()))).isPresent()
        && now.hasPassed(NO_SIGN, beatAt);
  }

  /** Whether an earlier daemon started it. */
  public boolean isAdopted() {
    return birth.origin() != Origin.SPAWNED;
  }

  /**
   * Whether RQ's heartbeat of it has expired (some minutes after the last beat) while the keys of
   * our worker host are still there (for a day).
   */
  private boolean heartbeatHasExpired() {
    return record
        .filter(seen -> seen.guarded().orElse(false) && seen.heartbeat().isEmpty())
        .isPresent();
  }

  /**
   * Whether it finishes its job on a SIGTERM. While it starts outside our worker host, a SIGTERM
   * would kill it at once.
   */
  public boolean canBeAsked() {
    return lossFree()
        || isRunning()
        || phase instanceof Adopted
        || record.map(seen -> seen.state().canBeSignalled()).orElse(false);
  }

  /**
   * Whether a second SIGTERM has no further effect. Unless our worker host guards the worker, RQ
   * kills the job on a second SIGTERM.
   */
  public boolean mayBeAskedAgain() {
    return lossFree() && !record.flatMap(RqWorker::guarded).equals(Optional.of(false));
  }

  /** This worker with a process. */
  public Worker withProcess(long newPid) {
    return new Worker(birth.withProcess(newPid), phase, record, beatAt, outdated);
  }

  /**
   * This worker with the record of a newer sample; running once the record shows that it takes
   * jobs.
   */
  public Worker seen(RqWorker newer, Tick at) {
    boolean awaited = phase instanceof Starting || phase instanceof Adopted;
    return seen(newer, awaited && newer.state().canBeSignalled(), at);
  }

  /**
   * This worker with the record of a newer sample, in which it serves none of the pool's queues.
   * Such a worker does not become running.
   */
  public Worker seenElsewhere(RqWorker newer, Tick at) {
    return seen(newer, false, at);
  }

  private Worker seen(RqWorker newer, boolean ready, Tick at) {
    boolean beats = !newer.heartbeat().equals(record.flatMap(RqWorker::heartbeat));
    return new Worker(
        birth,
        ready ? new Running(at) : phaseWith(newer, at),
        Optional.of(newer),
        beats ? at : beatAt,
        outdated);
  }

  private WorkerPhase phaseWith(RqWorker newer, Tick at) {
    return phase instanceof Draining draining && newer.isBusy() ? draining.busyAt(at) : phase;
  }

  /** This worker after one more step of its drain. */
  public Worker draining(DrainReason reason, DrainStep step, Tick at) {
    return phase instanceof Draining before
        ? withPhase(before.next(reason, step, at))
        : withPhase(Draining.begun(reason, step, at));
  }

  /** This worker after a job check has found at {@code at} that it holds a job. */
  public Worker foundBusy(Tick at) {
    return phase instanceof Draining draining ? withPhase(draining.busyAt(at)) : this;
  }

  /**
   * This worker after a rolling restart has begun: a straggler, if the worker had been replaced
   * before.
   */
  public Worker asStraggler() {
    return phase instanceof Draining draining && draining.reason().replaces()
        ? withPhase(draining.asStraggler())
        : this;
  }

  /** This worker when the pool begins to stop: its drain timeout counts from {@code at}. */
  public Worker whenPoolStops(Tick at) {
    return phase instanceof Draining draining ? withPhase(draining.whenPoolStops(at)) : this;
  }

  /**
   * This worker after the daemon stood still for {@code late}: the timeouts of its drain are
   * extended by that time.
   */
  public Worker afterStall(Duration late, Tick now) {
    return phase instanceof Draining draining ? withPhase(draining.afterStall(late, now)) : this;
  }

  /**
   * This worker at the end of a turn. If a step was taken in the turn, its timeouts count from the
   * turn's end.
   */
  public Worker afterTurn(Tick end, Tick begun) {
    return phase instanceof Draining draining ? withPhase(draining.afterTurn(end, begun)) : this;
  }

  private Worker withPhase(Draining draining) {
    return new Worker(birth, draining, record, beatAt, outdated);
  }

  /** This worker, marked for replacement. */
  public Worker outdatedBy(DrainReason reason) {
    return new Worker(birth, phase, record, beatAt, Optional.of(reason));
  }

  /** This worker with its heartbeat timeout counted from {@code at}. */
  public Worker withBeatAt(Tick at) {
    return new Worker(birth, phase, record, at, outdated);
  }

  /** Number of jobs that it has ended according to its record; 0 if unknown. */
  public long jobs() {
    return record.map(RqWorker::jobs).orElse(0L);
  }

  /** RQ's name of the worker, once a record is matched. */
  public Optional<String> rqName() {
    return record.map(RqWorker::name);
  }

  /** The id of the job that its record names, or an empty string. */
  public String job() {
    return record.flatMap(RqWorker::currentJob).orElse("");
  }
}
