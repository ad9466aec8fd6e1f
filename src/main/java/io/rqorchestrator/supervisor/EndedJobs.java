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
 * Notes whether the pool has ended any running job: by a cold stop, after the drain timeout, with a
 * hanging worker, or with an orphan. Listens to the events that report such jobs.
 */
final class EndedJobs implements EventSink {

  private final List<String> ended = new ArrayList<>();

  @Override
  public void accept(Tick at, Event event) {
    if (isEndOfJob(event)) {
      ended.add(jobOf(event));
    } else if (event instanceof JobEvent.JobPutBack back) {
      ended.removeIf(back.job()::equals); // the job had not begun
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

  /** Whether the pool has ended a running job. */
  boolean any() {
    return !ended.isEmpty();
  }
}
