package io.rqorchestrator.pool;

import io.rqorchestrator.time.Tick;
import java.time.Duration;

/** Where a live worker is in its life. */
public sealed interface WorkerPhase {

  /** Spawned, not yet ready for a job: capacity that is coming. */
  record Starting() implements WorkerPhase {}

  /**
   * Left behind by an earlier daemon and not yet seen to take jobs. It may well hold one: after a
   * loss of Redis's data its record tells nothing for up to half a minute.
   */
  record Adopted() implements WorkerPhase {}

  /**
   * Takes jobs.
   *
   * @param since when it was first seen ready
   */
  record Running(Tick since) implements WorkerPhase {}

  /**
   * Asked to go; takes no further job and counts as no capacity.
   *
   * @param reason why
   * @param step how far the drain has come
   * @param stepAt when that step was taken; if it was asked, the beginning of a stop after that.
   *     Being woken changes nothing of it
   * @param freeAt since when it may be without a job: when the step was taken, it was woken, or it
   *     was last seen with one
   * @param straggler whether it goes on beside the pool: its successor is there, or a rolling
   *     restart does not wait for it
   */
  record Draining(DrainReason reason, DrainStep step, Tick stepAt, Tick freeAt, boolean straggler)
      implements WorkerPhase {

    /** A drain that begins with this step. */
    static Draining begun(DrainReason reason, DrainStep step, Tick at) {
      return new Draining(reason, step, at, at, reason == DrainReason.RESTART);
    }

    /** The same after one more step. */
    Draining next(DrainReason newReason, DrainStep newStep, Tick at) {
      return new Draining(
          newReason,
          newStep,
          newStep == DrainStep.WOKEN ? stepAt : at,
          at,
          straggler || newReason == DrainReason.RESTART);
    }

    /** The same beside the pool. */
    Draining asStraggler() {
      return new Draining(reason, step, stepAt, freeAt, true);
    }

    /** The same in a pool that begins to stop at {@code at}. */
    Draining stopping(Tick at) {
      boolean asked = step == DrainStep.ASKED || step == DrainStep.WOKEN;
      return asked ? new Draining(reason, step, at, freeAt, straggler) : this;
    }

    /** The same after the daemon stood still for so long: the worker has its time anew. */
    Draining stalled(Duration late, Tick now) {
      return new Draining(
          reason,
          step,
          earlier(stepAt.plus(late), now),
          earlier(freeAt.plus(late), now),
          straggler);
    }

    /** The same, if its step was taken in a turn that began then and ended at {@code end}. */
    Draining steppedUntil(Tick end, Tick begun) {
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

    /** The same, with a job in hand at {@code at}: one that was woken has been heard of since. */
    Draining busyAt(Tick at) {
      DrainStep heard = step == DrainStep.WOKEN ? DrainStep.ASKED : step;
      return new Draining(reason, heard, stepAt, at, straggler);
    }
  }
}
