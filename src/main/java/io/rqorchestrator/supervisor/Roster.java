package io.rqorchestrator.supervisor;

import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.pool.Vacancy;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.pool.WorkerId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Holds the current pool and the handle of each worker's process. The supervisor's parts share it.
 */
final class Roster {

  private final Map<WorkerId, WorkerHandle> handles = new HashMap<>();

  private Pool pool = Pool.EMPTY;
  private int lastNumber;

  /** Numbers of workers held back since the last number was given out. */
  private final Set<Integer> unused = new HashSet<>();

  /** The pool as it is now. */
  Pool pool() {
    return pool;
  }

  /** The next worker's number. */
  WorkerId nextId() {
    unused.clear();
    return new WorkerId(++lastNumber);
  }

  /** Reuses the number of a worker that was held back, unless a later number is in use. */
  void reuse(WorkerId id) {
    unused.add(id.number());
    while (unused.remove(lastNumber)) {
      lastNumber--;
    }
  }

  /** Adds a worker. */
  void add(Worker worker, WorkerHandle handle) {
    handles.put(worker.id(), handle);
    pool = pool.with(worker);
  }

  /** Replaces a worker by its newer version. */
  void update(Worker worker) {
    pool = pool.with(worker);
  }

  /** Applies a change to every worker. */
  void updateAll(UnaryOperator<Worker> change) {
    pool = pool.withEach(change);
  }

  /** Removes a worker that has ended. */
  void remove(WorkerId id) {
    handles.remove(id);
    pool = pool.without(id);
  }

  /** Adds a vacancy. */
  void add(Vacancy vacancy) {
    pool = pool.with(vacancy);
  }

  /** Removes a vacancy. */
  void remove(Vacancy vacancy) {
    pool = pool.without(vacancy);
  }

  /** The handle of the worker's process; null if the worker has ended. */
  @Nullable WorkerHandle handle(Worker worker) {
    return handles.get(worker.id());
  }

  /** RQ's name of the worker; empty if unknown. */
  Optional<String> rqName(Worker worker) {
    return RecordMatch.name(worker, handle(worker));
  }
}
