package io.rqorchestrator.supervisor;

import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which record in Redis is which worker's. */
final class RecordMatch {

  private final String hostname;

  /**
   * @param hostname this host as Python's {@code socket.gethostname()} names it
   */
  RecordMatch(String hostname) {
    this.hostname = hostname;
  }

  /** RQ's name of a worker, once it is known: matched before, or given by us. */
  static Optional<String> name(Worker worker, @Nullable WorkerHandle handle) {
    Optional<String> matched = worker.rqName();
    if (matched.isPresent()) {
      return matched;
    }
    return handle == null || handle.rqName().isEmpty()
        ? Optional.empty()
        : Optional.of(handle.rqName());
  }

  /** By the name we gave it; else by host name and process, never by parsing names. */
  Optional<RqWorker> find(Worker worker, @Nullable WorkerHandle handle, RqSnapshot snapshot) {
    Optional<String> name = name(worker, handle);
    if (name.isPresent()) {
      return Optional.ofNullable(snapshot.workers().get(name.get()));
    }
    if (handle == null) {
      return Optional.empty();
    }
    return snapshot.workers().values().stream()
        .filter(seen -> !seen.dead() && seen.hostname().equals(Optional.of(hostname)))
        .filter(seen -> worker.isAdopted() || bornAfter(worker, seen))
        .filter(seen -> seen.pid().isPresent() && handle.owns(seen.pid().getAsLong()))
        .findFirst();
  }

  /** RQ's birth is the worker's wall clock; a second of slack for its rounding and ours. */
  private static boolean bornAfter(Worker worker, RqWorker seen) {
    return seen.birth()
        .map(birth -> !birth.isBefore(worker.startedAt().wall().minusSeconds(1)))
        .orElse(true);
  }
}
