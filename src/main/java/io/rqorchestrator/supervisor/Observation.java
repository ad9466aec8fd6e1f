package io.rqorchestrator.supervisor;

import io.rqorchestrator.measure.Load;
import io.rqorchestrator.rq.RqQueue;
import io.rqorchestrator.scaling.Reason;
import java.util.List;
import java.util.Optional;

/**
 * The measured work of the pool at the time of a decision.
 *
 * @param load the load in the window
 * @param recent the load in the last third of the window
 * @param waiting number of waiting jobs, including due scheduled jobs where they count
 * @param queues the queues in the newest sample, without scheduled jobs
 * @param unread number of running workers that the newest sample could not read
 * @param holdReason why nothing may be decided: no data, or RQ is suspended; empty if it may
 */
record Observation(
    Load load,
    Load recent,
    long waiting,
    List<RqQueue> queues,
    int unread,
    Optional<Reason> holdReason) {

  /** Keeps a copy. */
  Observation {
    queues = List.copyOf(queues);
  }

  /** Number of waiting jobs that are in no queue yet: due scheduled jobs. */
  long scheduled() {
    return waiting - queues.stream().mapToLong(RqQueue::queued).sum();
  }
}
