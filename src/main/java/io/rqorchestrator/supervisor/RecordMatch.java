package io.rqorchestrator.supervisor;

import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Matches workers with their records in Redis. A name that the daemon gave and a token are proof.
 * Host name and process id are no proof, because two containers may share both.
 */
final class RecordMatch {

  private final String hostname;

  /**
   * @param hostname this host as Python's {@code socket.gethostname()} names it
   */
  RecordMatch(String hostname) {
    this.hostname = hostname;
  }

  /** RQ's name of a worker: from its matched record or given by the daemon; empty if unknown. */
  static Optional<String> name(Worker worker, @Nullable WorkerHandle handle) {
    Optional<String> matched = worker.rqName();
    if (matched.isPresent()) {
      return matched;
    }
    return handle == null || handle.rqName().isEmpty()
        ? Optional.empty()
        : Optional.of(handle.rqName());
  }

  /** Whether the match of the worker's record is proven. */
  static boolean isProven(Worker worker, @Nullable WorkerHandle handle) {
    if (handle == null) {
      return false;
    }
    return !handle.rqName().isEmpty()
        || worker.record().filter(seen -> hasTokenOf(handle, seen)).isPresent();
  }

  /**
   * The record of a worker: by its name if that is known, else by its token, else by host name and
   * process id.
   */
  Optional<RqWorker> find(Worker worker, @Nullable WorkerHandle handle, RqSnapshot snapshot) {
    Optional<String> name = name(worker, handle);
    if (name.isPresent()) {
      return Optional.ofNullable(snapshot.workers().get(name.get()));
    }
    if (handle == null) {
      return Optional.empty();
    }
    return alive(snapshot)
        .filter(seen -> hasTokenOf(handle, seen))
        .findFirst()
        .or(() -> alive(snapshot).filter(seen -> mayBe(worker, handle, seen)).findFirst());
  }

  /** Records of live workers. Workers on other queues are only in samples that read all workers. */
  private static Stream<RqWorker> alive(RqSnapshot snapshot) {
    return Stream.concat(
            snapshot.workers().values().stream(), snapshot.elsewhere().values().stream())
        .filter(seen -> !seen.dead());
  }

  private static boolean hasTokenOf(WorkerHandle handle, RqWorker seen) {
    return !handle.token().isEmpty() && seen.token().equals(Optional.of(handle.token()));
  }

  private boolean mayBe(Worker worker, WorkerHandle handle, RqWorker seen) {
    boolean isAnothers = !handle.token().isEmpty() && seen.token().isPresent();
    return !isAnothers
        && seen.hostname().equals(Optional.of(hostname))
        && (worker.isAdopted() || bornAfter(worker, seen))
        && seen.pid().isPresent()
        && handle.owns(seen.pid().getAsLong());
  }

  /**
   * Whether the record's birth, on the worker's wall clock, is not before the worker's start. One
   * second is allowed for rounding.
   */
  private static boolean bornAfter(Worker worker, RqWorker seen) {
    return seen.birth()
        .map(birth -> !birth.isBefore(worker.startedAt().wall().minusSeconds(1)))
        .orElse(true);
  }
}
