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
 * @param birth what it was born with
 * @param phase where it is in its life
 * @param record its record in Redis as the newest sample shows it; empty until it is matched
 * @param beatAt when its heartbeat was last seen to change, at first when it began; and at the end
 *     of any time in which nobody could see it
 * @param outdated why it is to be replaced; empty if it is not
 */
public record Worker(
    WorkerBirth birth,
    WorkerPhase phase,
    Optional<RqWorker> record,
    Tick beatAt,
    Optional<DrainReason> outdated) {

  /**
   * How long it may show nothing of itself. In our host it writes every second while it waits, and
   * every half minute while it is at a job, even after Redis lost its record.
   */
  private static final Duration NO_SIGN = Duration.ofMinutes(1);

  /**
   * After so long without a record an adopted worker is not at a job, whatever RQ's {@code
   * --job-monitoring-interval} is: that is how often one at a job writes, half a minute by default.
   */
  private static final Duration NO_RECORD = Duration.ofMinutes(15);

  /** A worker that was spawned just now. */
  public static Worker started(
      WorkerId id, long pid, Role role, boolean lossFree, Tick at, int failures) {
    WorkerBirth birth = new WorkerBirth(id, pid, role, lossFree, at, failures, Origin.SPAWNED);
    return new Worker(birth, new Starting(), Optional.empty(), at, Optional.empty());
  }

  /**
   * A worker that an earlier daemon left behind.
   *
   * @param asked why that daemon has asked it to go, if it has: it goes by itself, and would drop
   *     its job if it were asked again
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

  /** Whether it may be signalled at any moment without losing a job. */
  public boolean lossFree() {
    return birth.lossFree();
  }

  /** When it was spawned or adopted. */
  public Tick startedAt() {
    return birth.startedAt();
  }

  /** How often its place has failed in a row before it. */
  public int failures() {
    return birth.failures();
  }

  /** Whether it counts between min and max: started or starting, and not draining. */
  public boolean isActive() {
    return !(phase instanceof Draining);
  }

  /** Whether it takes jobs now. */
  public boolean isRunning() {
    return phase instanceof Running;
  }

  /** Whether it was stopped without regard to its job. */
  public boolean isCutShort() {
    return phase instanceof Draining draining && draining.step().isViolent();
  }

  /**
   * Whether it lives on only to finish a job after a rolling restart, which has replaced it or has
   * found it replaced. Else one that is recycled has its room like any other: with jobs longer than
   * a worker's age there would be no end of them.
   */
  public boolean isStraggler() {
    return phase instanceof Draining draining && draining.straggler();
  }

  /** Whether it is known to wait for a job. */
  public boolean isIdle() {
    return isRunning() && record.map(RqWorker::isIdle).orElse(false);
  }

  /** Whether it is known to hold a job. */
  public boolean isBusy() {
    return record.map(RqWorker::isBusy).orElse(false);
  }

  /**
   * Whether it is known to hold none. A record that lost its state does not tell, unless it has
   * lapsed and the worker's host has the word. That there is none tells of a worker of ours that it
   * never got as far as a job; of an adopted one only after a while, if it would have been found.
   */
  boolean isWithoutJob(Tick now) {
    return record
        .map(seen -> (seen.state() != WorkerState.UNKNOWN || hasLapsed()) && !seen.isBusy())
        .orElseGet(
            () ->
                switch (birth.origin()) {
                  case SPAWNED -> true;
                  case ADOPTED -> lossFree() && now.hasPassed(NO_RECORD, beatAt);
                  case ADOPTED_NAMELESS -> false;
                });
  }

  /**
   * Whether it has shown nothing of itself for too long: it was adopted and has never been seen to
   * take jobs, or RQ's record of it has lapsed because it no longer beats.
   */
  public boolean isUnseen(Tick now) {
    boolean silent = phase instanceof Adopted || (isRunning() && hasLapsed());
    return silent && now.hasPassed(NO_SIGN, beatAt);
  }

  /**
   * Whether Redis has lost all that was known of it, and it does not write again. It may be at a
   * job all the same, and write only rarely then: RQ's {@code --job-monitoring-interval}.
   */
  public boolean isForgotten(Tick now) {
    return isRunning()
        && lossFree()
        && record.filter(seen -> seen.equals(RqWorker.unreadable(seen.name()))).isPresent()
        && now.hasPassed(NO_SIGN, beatAt);
  }

  /** Whether it was born under an earlier daemon. */
  public boolean isAdopted() {
    return birth.origin() != Origin.SPAWNED;
  }

  /** What its host wrote stays for a day, what RQ wrote for some minutes after the last beat. */
  private boolean hasLapsed() {
    return record
        .filter(seen -> seen.guarded().orElse(false) && seen.heartbeat().isEmpty())
        .isPresent();
  }

  /** Whether a SIGTERM now means "finish and go" rather than sudden death. */
  public boolean canBeAsked() {
    return lossFree()
        || isRunning()
        || phase instanceof Adopted
        || record.map(seen -> seen.state().canBeSignalled()).orElse(false);
  }

  /**
   * Whether a further SIGTERM means no more than the first. Where our worker host does not guard
   * the worker, RQ takes it for the wish to kill the job.
   */
  public boolean mayBeAskedAgain() {
    return lossFree() && !record.flatMap(RqWorker::guarded).equals(Optional.of(false));
  }

  /** The same worker, now with a process. */
  public Worker begunAs(long newPid) {
    return new Worker(birth.withProcess(newPid), phase, record, beatAt, outdated);
  }

  /** The same worker as a newer sample shows it; ready once it has shown that it takes jobs. */
  public Worker seen(RqWorker newer, Tick at) {
    boolean awaited = phase instanceof Starting || phase instanceof Adopted;
    return seen(newer, awaited && newer.state().canBeSignalled(), at);
  }

  /** The same worker, which serves none of the pool's queues and so does not get ready. */
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

  /** The same worker after one more step of its drain. */
  public Worker draining(DrainReason reason, DrainStep step, Tick at) {
    return phase instanceof Draining before
        ? in(before.next(reason, step, at))
        : in(Draining.begun(reason, step, at));
  }

  /** The same worker, whose own keys have told at {@code at} that it holds a job. */
  public Worker foundBusy(Tick at) {
    return phase instanceof Draining draining ? in(draining.busyAt(at)) : this;
  }

  /** The same worker after a rolling restart has begun: a straggler, if it was replaced before. */
  public Worker asStraggler() {
    return phase instanceof Draining draining && draining.reason().replaces()
        ? in(draining.asStraggler())
        : this;
  }

  /** The same worker when the pool begins to stop: its time counts from then. */
  public Worker stopping(Tick at) {
    return phase instanceof Draining draining ? in(draining.stopping(at)) : this;
  }

  /**
   * The same worker after the daemon stood still for so long: if it drains it has its time anew.
   */
  public Worker stalled(Duration late, Tick now) {
    return phase instanceof Draining draining ? in(draining.stalled(late, now)) : this;
  }

  /** The same worker at the end of a turn: if it was signalled in it, then by its end. */
  public Worker steppedUntil(Tick end, Tick begun) {
    return phase instanceof Draining draining ? in(draining.steppedUntil(end, begun)) : this;
  }

  private Worker in(Draining draining) {
    return new Worker(birth, draining, record, beatAt, outdated);
  }

  /** The same worker, to be replaced. */
  public Worker outdatedBy(DrainReason reason) {
    return new Worker(birth, phase, record, beatAt, Optional.of(reason));
  }

  /** The same worker, whose heartbeat counts from now. */
  public Worker heardAt(Tick at) {
    return new Worker(birth, phase, record, at, outdated);
  }

  /** Jobs it has ended, as far as is known. */
  public long jobs() {
    return record.map(RqWorker::jobs).orElse(0L);
  }

  /** RQ's name of it, once it is matched. */
  public Optional<String> rqName() {
    return record.map(RqWorker::name);
  }

  /** The job it holds, or an empty string. */
  public String job() {
    return record.flatMap(RqWorker::currentJob).orElse("");
  }
}
