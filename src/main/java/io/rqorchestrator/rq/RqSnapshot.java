package io.rqorchestrator.rq;

import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One sample: RQ's state, read in one pipelined round trip.
 *
 * @param at when the reply arrived
 * @param queues the pool's queues in priority order
 * @param workers every worker that is registered on one of these queues or was requested by name,
 *     by name
 * @param elsewhere workers on other queues, by name, if they were requested
 * @param orphanJobs jobs of dead workers that RQ still counts as running, by the worker's name
 * @param suspended whether {@code rq suspend} is in force
 * @param unreadable number of fields that could not be parsed and were left out
 * @param leftOut number of names and values that exceeded the limits and were left out
 */
public record RqSnapshot(
    Tick at,
    List<RqQueue> queues,
    Map<String, RqWorker> workers,
    Map<String, RqWorker> elsewhere,
    Map<String, OrphanJob> orphanJobs,
    boolean suspended,
    int unreadable,
    long leftOut) {

  /** A snapshot without workers on other queues, from which nothing was left out. */
  public RqSnapshot(
      Tick at,
      List<RqQueue> queues,
      Map<String, RqWorker> workers,
      Map<String, OrphanJob> orphanJobs,
      boolean suspended,
      int unreadable) {
    this(at, queues, workers, Map.of(), orphanJobs, suspended, unreadable, 0);
  }

  /** Keeps copies, so that a snapshot never changes. */
  public RqSnapshot {
    queues = List.copyOf(queues);
    workers = Map.copyOf(workers);
    elsewhere = Map.copyOf(elsewhere);
    orphanJobs = Map.copyOf(orphanJobs);
  }

  /** Jobs waiting in all queues. */
  public long queued() {
    return queues.stream().mapToLong(RqQueue::queued).sum();
  }

  /** Scheduled jobs that are due in all queues. */
  public long due() {
    return queues.stream().mapToLong(RqQueue::due).sum();
  }

  /** How long the longest-waiting job at the head of a queue has waited; empty if none waits. */
  public Optional<Duration> oldestWait() {
    return queues.stream()
        .flatMap(queue -> queue.oldestEnqueuedAt().stream())
        .min(Instant::compareTo)
        .map(enqueued -> Duration.between(enqueued, at.wall()))
        .map(wait -> wait.isNegative() ? Duration.ZERO : wait);
  }
}
