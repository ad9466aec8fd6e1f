package io.rqorchestrator.supervisor;

import io.rqorchestrator.measure.Load;
import io.rqorchestrator.rq.RqQueue;
import io.rqorchestrator.scaling.Reason;
import java.util.List;
import java.util.Optional;

/**
 * What is known of the pool's work when a decision is made.
 *
 * @param load the load in the window
 * @param recent the load in the last third of the window
 * @param waiting jobs that wait
 * @param queues where all of them but the scheduled ones wait
 * @param unread active workers that the newest sample could not read
 * @param noDataReason why there is nothing to decide on; empty if there is
 */
record Observation(
    Load load,
    Load recent,
    long waiting,
    List<RqQueue> queues,
    int unread,
    Optional<Reason> noDataReason) {

  /** Keeps a copy. */
  Observation {
    queues = List.copyOf(queues);
  }

  /** Waiting jobs that are in no queue yet: scheduled jobs that are due. */
  long scheduled() {
    return waiting - queues.stream().mapToLong(RqQueue::queued).sum();
  }
}
