package io.rqorchestrator.supervisor;

import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerPhase.Draining;
import io.rqorchestrator.rq.RqQueue;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the workers serve with what the pool watches. Frappe's own command takes other
 * names of queues than those on Redis, and Django's settings may name another Redis: then the
 * workers register where the pool does not look.
 */
final class ServedQueues {

  /** A worker that registers needs no longer, as a rule; RQ's whole set of workers is read then. */
  private static final Duration SOON = Duration.ofSeconds(5);

  private static final int LONGEST_TEXT = 200;

  private final String redis;
  private List<String> watched = List.of();
  private String served = "";
  private Optional<String> trouble = Optional.empty();
  private @Nullable Tick soughtAt;

  /**
   * @param redis where the pool's Redis is, without credentials
   */
  ServedQueues(String redis) {
    this.redis = redis.isEmpty() ? "Redis" : redis;
  }

  /**
   * Begins to look for a worker among all workers of this Redis if the worker has been without a
   * record for too long. A worker whose name the pool has given is found by that name anyway.
   *
   * @return whether the next sample is to read all workers
   */
  boolean seek(Roster roster, Tick now) {
    boolean due = soughtAt == null || now.hasPassed(SOON, soughtAt);
    boolean missing =
        due
            && roster.pool().workers().stream()
                .filter(worker -> worker.pid() != 0 && now.hasPassed(SOON, worker.startedAt()))
                .anyMatch(worker -> roster.rqName(worker).isEmpty());
    if (missing) {
      soughtAt = now;
    }
    return missing;
  }

  /** Takes in which queues the pool watches. */
  void watch(RqSnapshot snapshot) {
    watched = snapshot.queues().stream().map(RqQueue::name).toList();
  }

  /** Whether a worker serves none of the pool's queues, by its own word. */
  boolean isElsewhere(RqWorker seen) {
    return !seen.queues().isEmpty() && Collections.disjoint(seen.queues(), watched);
  }

  /** Compares; what was wrong stays so until a worker serves what it should. */
  void compare(List<Worker> workers) {
    List<Worker> told =
        workers.stream()
            .filter(worker -> !(worker.phase() instanceof Draining) && worker.outdated().isEmpty())
            .filter(worker -> !queues(worker).isEmpty())
            .toList();
    Optional<Worker> other =
        told.stream().filter(worker -> !queues(worker).equals(joined(watched))).findFirst();
    if (other.isPresent()) {
      tell(other.get());
    } else if (!told.isEmpty()) {
      served = "";
      trouble = Optional.empty();
    }
  }

  private void tell(Worker worker) {
    String queues = queues(worker);
    if (!queues.equals(served)) {
      served = queues;
      trouble =
          Optional.of(
              "%s serves %s, the pool watches %s: name the queues as Redis has them, in this order"
                  .formatted(worker.id(), cut(queues), cut(joined(watched))));
    }
  }

  private static String queues(Worker worker) {
    return joined(worker.record().map(RqWorker::queues).orElse(List.of()));
  }

  /** A queue's name may have a comma in it, and RQ joins them so. */
  private static String joined(List<String> queues) {
    return String.join(",", queues);
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
  }

  /** What is wrong, in one line; empty if nothing is. */
  Optional<String> trouble() {
    return trouble;
  }

  /** Why a worker that lives has not got ready, as far as that is known; for a message's end. */
  String whyNotReady(Worker worker) {
    return worker.record().isPresent()
        ? ""
        : ": it is alive, and %s has no record of it: it needs longer (--start-timeout), or its settings name another Redis"
            .formatted(redis);
  }
}
