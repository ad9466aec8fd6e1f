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

/** Who is in the pool, and what each can be reached by: the state that the crew's parts share. */
final class Roster {

  private final Map<WorkerId, WorkerHandle> handles = new HashMap<>();

  private Pool pool = Pool.EMPTY;
  private int lastNumber;

  /** Numbers since the last one was given that have come to no worker. */
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

  /** A number has come to no worker: the next one gets it, if no later number is in use. */
  void takeBack(WorkerId id) {
    unused.add(id.number());
    while (unused.remove(lastNumber)) {
      lastNumber--;
    }
  }

  /** A worker joins. */
  void enter(Worker worker, WorkerHandle handle) {
    handles.put(worker.id(), handle);
    pool = pool.with(worker);
  }

  /** A worker has changed. */
  void update(Worker worker) {
    pool = pool.with(worker);
  }

  /** Every worker may have changed. */
  void updateAll(UnaryOperator<Worker> change) {
    pool = pool.withEach(change);
  }

  /** A worker is no more. */
  void strike(WorkerId id) {
    handles.remove(id);
    pool = pool.without(id);
  }

  /** A place waits to be filled. */
  void enter(Vacancy vacancy) {
    pool = pool.with(vacancy);
  }

  /** A place waits no more. */
  void strike(Vacancy vacancy) {
    pool = pool.without(vacancy);
  }

  /** What the worker is signalled by; null if it is no more. */
  @Nullable WorkerHandle handle(Worker worker) {
    return handles.get(worker.id());
  }

  /** Its name in Redis, once that is known. */
  Optional<String> rqName(Worker worker) {
    return RecordMatch.name(worker, handle(worker));
  }
}
