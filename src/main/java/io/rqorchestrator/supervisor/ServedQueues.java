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
 * Detects workers that serve other queues, or another Redis, than the pool watches. That happens
 * because Frappe's own command takes other names of queues than those in Redis, and because
 * Django's settings may name another Redis.
 */
final class ServedQueues {

  /**
   * How long a worker may be without a record before RQ's whole set of workers is read, and the
   * shortest time between two such reads.
   */
  private static final Duration SEARCH_AFTER = Duration.ofSeconds(5);

  private static final int LONGEST_TEXT = 200;

  private final String redis;
  private List<String> watched = List.of();
  private String served = "";
  private Optional<String> trouble = Optional.empty();
  private @Nullable Tick searchedAt;

  /**
   * @param redis address of the pool's Redis, without credentials
   */
  ServedQueues(String redis) {
    this.redis = redis.isEmpty() ? "Redis" : redis;
  }

  /**
   * Begins a search among all workers of this Redis if a worker has been without a record for too
   * long. A worker whose name the pool has given is found by its name without a search.
   *
   * @return whether the next sample has to read all workers
   */
  boolean beginSearchIfDue(Roster roster, Tick now) {
    boolean due = searchedAt == null || now.hasPassed(SEARCH_AFTER, searchedAt);
    boolean missing =
        due
            && roster.pool().workers().stream()
                .filter(
                    worker -> worker.pid() != 0 && now.hasPassed(SEARCH_AFTER, worker.startedAt()))
                .anyMatch(worker -> roster.rqName(worker).isEmpty());
    if (missing) {
      searchedAt = now;
    }
    return missing;
  }

  /** Takes in the names of the queues that the pool watches. */
  void watch(RqSnapshot snapshot) {
    watched = snapshot.queues().stream().map(RqQueue::name).toList();
  }

  /** Whether a worker's record says that it serves none of the pool's queues. */
  boolean isElsewhere(RqWorker seen) {
    return !seen.queues().isEmpty() && Collections.disjoint(seen.queues(), watched);
  }

  /**
   * Compares each worker's queues with the pool's. A problem stays until there are records and all
   * of them name the pool's queues.
   */
  void compare(List<Worker> workers) {
    List<Worker> registered =
        workers.stream()
            .filter(worker -> !(worker.phase() instanceof Draining) && worker.outdated().isEmpty())
            .filter(worker -> !queues(worker).isEmpty())
            .toList();
    Optional<Worker> other =
        registered.stream().filter(worker -> !queues(worker).equals(joined(watched))).findFirst();
    if (other.isPresent()) {
      noteTrouble(other.get());
    } else if (!registered.isEmpty()) {
      served = "";
      trouble = Optional.empty();
    }
  }

  private void noteTrouble(Worker worker) {
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

  /**
   * The names joined by commas, as RQ does. A name may contain a comma, so lists are compared in
   * this form.
   */
  private static String joined(List<String> queues) {
    return String.join(",", queues);
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
  }

  /** The problem, in one line; empty if there is none. */
  Optional<String> trouble() {
    return trouble;
  }

  /**
   * Why a live worker has not registered, as the end of a message; an empty string if it has a
   * record.
   */
  String whyNotReady(Worker worker) {
    return worker.record().isPresent()
        ? ""
        : ": it is alive, and %s has no record of it: it needs longer (--start-timeout), or its settings name another Redis"
            .formatted(redis);
  }
}
