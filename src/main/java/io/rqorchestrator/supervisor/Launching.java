package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.WorkerEvent;
import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.PoolRules;
import io.rqorchestrator.pool.RestartBackoff;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.pool.Vacancy;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.pool.WorkerLauncher.LaunchException;
import io.rqorchestrator.pool.WorkerProcesses;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Launches and adopts workers, and handles launches that fail. */
final class Launching {

  /** Time after which a start that was held back is tried again. */
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  /**
   * The number of workers that the limit of processes has room for, as learned from a start that
   * was held back.
   *
   * @param replaces whether the worker held back was a successor, for which the pool has to shrink
   *     by one
   */
  private record StartCapacity(int workers, boolean replaces, Tick since) {}

  private final Roster roster;
  private final WorkerProcesses processes;
  private final PoolRules rules;
  private final RestartBackoff backoff;
  private final ServedQueues served;
  private final Health health;
  private final EventSink events;
  private Optional<String> heldBack = Optional.empty();
  private @Nullable StartCapacity capacity;

  Launching(
      Roster roster,
      WorkerProcesses processes,
      PoolRules rules,
      RestartBackoff backoff,
      ServedQueues served,
      Health health,
      EventSink events) {
    this.roster = roster;
    this.processes = processes;
    this.rules = rules;
    this.backoff = backoff;
    this.served = served;
    this.health = health;
    this.events = events;
  }

  /**
   * Takes over a worker that an earlier daemon of this pool started.
   *
   * @param scheduler whether the worker has to run RQ's scheduler; empty if both are right
   * @return the worker's number if it has to be replaced because it was started with other options
   */
  Optional<WorkerId> adopt(Survivor survivor, Optional<Boolean> scheduler, Tick now) {
    Optional<String> changed = processes.changed(survivor, scheduler);
    WorkerId id = roster.nextId();
    WorkerHandle handle = processes.adopt(id, survivor);
    Worker worker = Worker.adopted(id, handle, survivor.role(), survivor.asked(), now);
    roster.add(worker, handle);
    events.accept(now, new WorkerEvent.WorkerAdopted(id, survivor.pid(), survivor.role()));
    if (changed.isEmpty() || !worker.isActive()) {
      return Optional.empty();
    }
    events.accept(
        now,
        new WorkerEvent.WorkerOutdated(id, survivor.pid(), DrainReason.RESTART, changed.get()));
    return Optional.of(id);
  }

  /**
   * Launches a worker.
   *
   * @param min number of core workers
   * @param failures number of failures in a row at its place
   */
  void launch(Role role, int min, int failures, Tick now) {
    WorkerId id = roster.nextId();
    try {
      WorkerHandle handle = processes.launch(id, role, rules.runsScheduler(role, min));
      Worker worker = Worker.started(id, 0, role, handle.lossFree(), now, failures);
      roster.add(worker, handle);
      if (handle.pid() != 0) {
        processStarted(worker, handle, now);
      }
    } catch (LaunchException e) {
      startFailed("start failed: " + e.getMessage(), failures + 1, now);
    }
  }

  /** Why workers are held back; empty if none are. */
  Optional<String> heldBack() {
    return heldBack;
  }

  /** Number of active workers that have a process. */
  private long withProcess() {
    return roster.pool().workers().stream()
        .filter(worker -> worker.isActive() && worker.pid() != 0)
        .count();
  }

  private void holdBack(String shortage, Tick now) {
    heldBack = Optional.of("workers are held back: " + shortage);
    boolean replaces = !roster.pool().outdated().isEmpty();
    int workers = roster.pool().active();
    if (capacity == null || !capacity.replaces()) {
      capacity = new StartCapacity(replaces ? Math.max(1, workers - 1) : workers, replaces, now);
    }
  }

  /**
   * Ends the report of workers held back once the target is reached, and forgets the known room
   * once the next try is due.
   *
   * @param target number of workers wanted
   */
  void observe(int target, Tick now) {
    if (withProcess() >= target) {
      heldBack = Optional.empty();
    }
    StartCapacity known = capacity;
    boolean replaces = !roster.pool().outdated().isEmpty();
    if (known != null
        && !(replaces && known.replaces())
        && now.hasPassed(RETRY_AFTER, known.since())) {
      capacity = null;
    }
  }

  /**
   * Number of workers that the limit of processes has room for: the number of active workers when
   * the last start was held back, minus one if workers were being replaced then, because successors
   * need room.
   *
   * @return {@link Integer#MAX_VALUE} if no start was held back
   */
  int capacity() {
    return capacity == null ? Integer.MAX_VALUE : capacity.workers();
  }

  /** The process of a launched worker has started. */
  void forked(WorkerId id, Tick now) {
    Worker worker = roster.pool().find(id).orElse(null);
    if (worker == null || worker.pid() != 0) {
      return;
    }
    WorkerHandle handle = roster.handle(worker);
    if (handle != null) {
      processStarted(worker, handle, now);
    }
  }

  private void processStarted(Worker worker, WorkerHandle handle, Tick now) {
    Worker begun = worker.withProcess(handle.pid());
    roster.update(begun);
    events.accept(
        now, new WorkerEvent.WorkerStarted(begun.id(), begun.pid(), begun.role(), handle.rqName()));
  }

  /** The process of a launched worker cannot be started. */
  void launchFailed(WorkerId id, String problem, Tick now) {
    Worker worker = roster.pool().find(id).orElse(null);
    if (worker == null) {
      return;
    }
    roster.remove(id);
    if (worker.isActive()) {
      startFailed("start failed: " + problem, worker.failures() + 1, now);
    }
  }

  /**
   * A launched worker is held back because the limit of processes is nearly reached. That does not
   * count as a failure.
   */
  void heldBack(WorkerId id, String shortage, Tick now) {
    Worker worker = roster.pool().find(id).orElse(null);
    if (worker == null) {
      return;
    }
    roster.remove(id);
    roster.reuse(id);
    if (worker.isActive()) {
      holdBack(shortage, now);
    }
  }

  /** A worker is drained because it did not register in time. */
  void missedStart(Worker worker, Tick now) {
    String problem = worker.id() + " did not register in time" + served.whyNotReady(worker);
    startFailed(problem, worker.failures() + 1, now);
  }

  /** A start has failed. Its place becomes a vacancy until the next try. */
  private void startFailed(String problem, int failures, Tick now) {
    Duration wait = backoff.after(failures);
    roster.add(new Vacancy(failures, now.plus(wait), Optional.empty()));
    health.noteProblem(problem);
    events.accept(now, new WorkerEvent.StartFailed(problem, wait));
  }
}
