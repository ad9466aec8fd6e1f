package io.rqorchestrator.pool;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The pool at one moment: its live workers, oldest first, and its vacancies. Immutable; each change
 * is a new pool.
 *
 * @param workers every live process of the pool
 * @param vacancies places whose workers are gone and that will be filled again
 */
public record Pool(List<Worker> workers, List<Vacancy> vacancies) {

  /** A pool without workers. */
  public static final Pool EMPTY = new Pool(List.of(), List.of());

  /** Keeps copies. */
  public Pool {
    workers = List.copyOf(workers);
    vacancies = List.copyOf(vacancies);
  }

  /** Workers that count as capacity: started or starting, and not draining. */
  public int active() {
    return count(Worker::isActive);
  }

  /** Workers that hold memory: active and draining. */
  public int live() {
    return workers.size();
  }

  /** Workers that hold a job according to their records. */
  public int busy() {
    return count(Worker::isBusy);
  }

  /** Live workers that count against max: all except stragglers. */
  public int countedAgainstMax() {
    return count(worker -> !worker.isStraggler());
  }

  /** Workers that a rolling restart has replaced and that still finish their jobs. */
  public int stragglers() {
    return count(Worker::isStraggler);
  }

  /** Active workers that are to be replaced. */
  public List<Worker> outdated() {
    return workers.stream()
        .filter(worker -> worker.isActive() && worker.outdated().isPresent())
        .toList();
  }

  /** Number of active workers and vacancies. The planner compares it with the target. */
  public int places() {
    return active() + vacancies.size();
  }

  /** Active workers of a role. */
  public int active(Role role) {
    return count(worker -> worker.isActive() && worker.role() == role);
  }

  /** Without a stream, because this runs many times a turn. */
  private int count(Predicate<Worker> counts) {
    int count = 0;
    for (Worker worker : workers) {
      count += counts.test(worker) ? 1 : 0;
    }
    return count;
  }

  /** The numbers of all live workers. */
  public Set<WorkerId> ids() {
    Set<WorkerId> ids = new HashSet<>();
    workers.forEach(worker -> ids.add(worker.id()));
    return ids;
  }

  /** The worker of this number. */
  public Optional<Worker> find(WorkerId id) {
    for (Worker worker : workers) {
      if (worker.id().equals(id)) {
        return Optional.of(worker);
      }
    }
    return Optional.empty();
  }

  /** This pool with {@code worker} added, or with {@code worker} instead of its earlier version. */
  public Pool with(Worker worker) {
    List<Worker> changed = new ArrayList<>(workers);
    for (int i = 0; i < changed.size(); i++) {
      if (changed.get(i).id().equals(worker.id())) {
        changed.set(i, worker);
        return new Pool(changed, vacancies);
      }
    }
    changed.add(worker);
    return new Pool(changed, vacancies);
  }

  /** This pool with {@code change} applied to each worker. */
  public Pool withEach(UnaryOperator<Worker> change) {
    return new Pool(workers.stream().map(change).toList(), vacancies);
  }

  /** This pool without the worker of this number. */
  public Pool without(WorkerId id) {
    return new Pool(workers.stream().filter(worker -> !worker.id().equals(id)).toList(), vacancies);
  }

  /** This pool with one vacancy more. */
  public Pool with(Vacancy vacancy) {
    List<Vacancy> changed = new ArrayList<>(vacancies);
    changed.add(vacancy);
    return new Pool(workers, changed);
  }

  /** This pool with one such vacancy less. */
  public Pool without(Vacancy vacancy) {
    List<Vacancy> changed = new ArrayList<>(vacancies);
    changed.remove(vacancy);
    return new Pool(workers, changed);
  }
}
