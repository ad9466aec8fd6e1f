package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.time.Tick;

/**
 * Jobs in hand that the pool has ended: with a cold stop, after the drain timeout, with a worker
 * that hung, or with an orphan. They are counted by what was told of them.
 */
final class EndedJobs implements EventSink {

  private boolean any;

  @Override
  public void accept(Tick at, Event event) {
    any |= isEndOfJob(event);
  }

  private static boolean isEndOfJob(Event event) {
    if (event instanceof Event.WorkerDraining draining) {
      return draining.step().isViolent() && !draining.job().isEmpty();
    }
    if (event instanceof Event.JobLeft left) {
      return left.byPool();
    }
    return event instanceof Event.StrayKilled;
  }

  /** Whether there is one. */
  boolean any() {
    return any;
  }
}
