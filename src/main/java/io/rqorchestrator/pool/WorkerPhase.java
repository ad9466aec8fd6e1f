package io.rqorchestrator.pool;

import io.rqorchestrator.time.Tick;
import java.time.Duration;

/** The phase of a live worker: starting, adopted, running or draining. */
public sealed interface WorkerPhase {

  /** Spawned and not yet ready for a job. Counts as capacity. */
  record Starting() implements WorkerPhase {}

  /**
   * Started by an earlier daemon and not yet seen ready. The worker may have a job: after Redis has
   * lost its data, the record of a worker with a job is missing for up to half a minute.
   */
  record Adopted() implements WorkerPhase {}

  /**
   * Ready for jobs.
   *
   * @param since when it was first seen ready
   */
  record Running(Tick since) implements WorkerPhase {}

  /**
   * Its end is requested: it takes no further job and does not count as capacity.
   *
   * @param reason why it drains
   * @param step how far the drain has come
   * @param stepAt when the timeout of the step began: when the step was taken or, if the pool began
   *     to stop later and the step is ASKED or WOKEN, when the pool began to stop. Taking the step
   *     WOKEN does not change this time
   * @param freeAt the earliest time since which it may be without a job: when the step was taken or
   *     when it was last seen with a job, whichever is later
   * @param straggler whether it no longer counts against max and only finishes its job
   */
  record Draining(DrainReason reason, DrainStep step, Tick stepAt, Tick freeAt, boolean straggler)
      implements WorkerPhase {

    /** A drain whose first step is {@code step}. */
    static Draining begun(DrainReason reason, DrainStep step, Tick at) {
      return new Draining(reason, step, at, at, reason == DrainReason.RESTART);
    }

    /** This drain after one more step. */
    Draining next(DrainReason newReason, DrainStep newStep, Tick at) {
      return new Draining(
          newReason,
          newStep,
          newStep == DrainStep.WOKEN ? stepAt : at,
          at,
          straggler || newReason == DrainReason.RESTART);
    }

    /** This drain as that of a straggler. */
    Draining asStraggler() {
      return new Draining(reason, step, stepAt, freeAt, true);
    }

    /** This drain when the pool begins to stop at {@code at}. */
    Draining whenPoolStops(Tick at) {
      boolean asked = step == DrainStep.ASKED || step == DrainStep.WOKEN;
      return asked ? new Draining(reason, step, at, freeAt, straggler) : this;
    }

    /**
     * This drain after the daemon stood still for {@code late}: its timeouts are extended by that
     * time.
     */
    Draining afterStall(Duration late, Tick now) {
      return new Draining(
          reason,
          step,
          earlier(stepAt.plus(late), now),
          earlier(freeAt.plus(late), now),
          straggler);
    }

    /**
     * This drain at the end of a turn that began at {@code begun}. A time equal to {@code begun}
     * becomes {@code end}.
     */
    Draining afterTurn(Tick end, Tick begun) {
      return new Draining(
          reason,
          step,
          stepAt.equals(begun) ? end : stepAt,
          freeAt.equals(begun) ? end : freeAt,
          straggler);
    }

    private static Tick earlier(Tick one, Tick other) {
      return one.isBefore(other) ? one : other;
    }

    /**
     * This drain of a worker that was seen with a job at {@code at}. If the worker was woken, it
     * responds again, so the step is ASKED again.
     */
    Draining busyAt(Tick at) {
      DrainStep heard = step == DrainStep.WOKEN ? DrainStep.ASKED : step;
      return new Draining(reason, heard, stepAt, at, straggler);
    }
  }
}
