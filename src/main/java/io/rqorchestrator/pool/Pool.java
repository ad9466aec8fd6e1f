package io.rqorchestrator.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The pool at one moment: its live workers, oldest first, and its vacancies. Immutable; each change
 * is a new pool.
 *
 * @param workers every live process of the pool
 * @param vacancies places that wait to be filled again
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
    return (int) workers.stream().filter(Worker::isActive).count();
  }

  /** Workers that hold memory: active and draining. */
  public int live() {
    return workers.size();
  }

  /** Workers known to hold a job. */
  public int busy() {
    return (int) workers.stream().filter(Worker::isBusy).count();
  }

  /** Live workers that count against max: all but those that a restart has already replaced. */
  public int charged() {
    return (int) workers.stream().filter(worker -> !worker.isStraggler()).count();
  }

  /** Active workers that are to be replaced. */
  public List<Worker> outdated() {
    return workers.stream()
        .filter(worker -> worker.isActive() && worker.outdated().isPresent())
        .toList();
  }

  /** Active workers and vacancies: what is compared with the target. */
  public int places() {
    return active() + vacancies.size();
  }

  /** Active workers of a role. */
  public int active(Role role) {
    return (int)
        workers.stream().filter(worker -> worker.isActive() && worker.role() == role).count();
  }

  /** The worker of this number. */
  public Optional<Worker> find(WorkerId id) {
    return workers.stream().filter(worker -> worker.id().equals(id)).findFirst();
  }

  /** This pool with {@code worker} added, or put in the place of its earlier self. */
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

  /** This pool with each worker in the place of its earlier self. */
  public Pool withEach(UnaryOperator<Worker> change) {
    return new Pool(workers.stream().map(change).toList(), vacancies);
  }

  /** This pool without the worker of this number. */
  public Pool without(WorkerId id) {
    return new Pool(workers.stream().filter(worker -> !worker.id().equals(id)).toList(), vacancies);
  }

  /** This pool with a vacancy more. */
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
