package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.JobEvent;
import io.rqorchestrator.event.OrphanEvent;
import io.rqorchestrator.event.WorkerEvent;
import io.rqorchestrator.time.Tick;
import java.util.ArrayList;
import java.util.List;

/**
 * Jobs in hand that the pool has ended: with a cold stop, after the drain timeout, with a worker
 * that hung, or with an orphan. They are counted by what was told of them.
 */
final class EndedJobs implements EventSink {

  private final List<String> ended = new ArrayList<>();

  @Override
  public void accept(Tick at, Event event) {
    if (isEndOfJob(event)) {
      ended.add(jobOf(event));
    } else if (event instanceof JobEvent.JobPutBack back) {
      ended.removeIf(back.job()::equals); // it was handed to a worker, and had not begun
    }
  }

  private static String jobOf(Event event) {
    if (event instanceof WorkerEvent.WorkerDraining draining) {
      return draining.job();
    }
    return event instanceof JobEvent.JobLeft left ? left.job() : "";
  }

  private static boolean isEndOfJob(Event event) {
    if (event instanceof WorkerEvent.WorkerDraining draining) {
      return draining.step().mayEndJob() && !draining.job().isEmpty();
    }
    if (event instanceof JobEvent.JobLeft left) {
      return left.byPool();
    }
    return event instanceof OrphanEvent.OrphanKilled;
  }

  /** Whether there is one. */
  boolean any() {
    return !ended.isEmpty();
  }
}
