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

/** How workers come into the pool: launched, or adopted; and what follows if a launch fails. */
final class Launching {

  /** How soon it is tried again whether there is room for a worker that was held back. */
  private static final Duration AGAIN = Duration.ofSeconds(5);

  /**
   * What there is room for.
   *
   * @param replaces whether a successor of a worker was held back: with one worker less there is
   *     room for it
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
  private @Nullable StartCapacity room;

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
   * Takes over a worker that an earlier daemon of this pool left behind.
   *
   * @param scheduler whether it is to run RQ's scheduler; empty if it may, and need not
   * @return its number if it is to be replaced, because it would be started otherwise now
   */
  Optional<WorkerId> adopt(Survivor survivor, Optional<Boolean> scheduler, Tick now) {
    WorkerId id = roster.nextId();
    WorkerHandle handle = processes.adopt(id, survivor);
    Worker worker = Worker.adopted(id, handle, survivor.role(), survivor.asked(), now);
    roster.enter(worker, handle);
    events.accept(now, new WorkerEvent.WorkerAdopted(id, survivor.pid(), survivor.role()));
    Optional<String> changed = processes.changed(survivor, scheduler);
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
   * @param failures how often in a row its place has failed so far
   */
  void launch(Role role, int min, int failures, Tick now) {
    WorkerId id = roster.nextId();
    try {
      WorkerHandle handle = processes.launch(id, role, rules.runsScheduler(role, min));
      Worker worker = Worker.started(id, 0, role, handle.lossFree(), now, failures);
      roster.enter(worker, handle);
      if (handle.pid() != 0) {
        begun(worker, handle, now);
      }
    } catch (LaunchException e) {
      failed("start failed: " + e.getMessage(), failures + 1, now);
    }
  }

  /** Why the pool is smaller than it should be though nothing has failed; empty if it is not. */
  Optional<String> heldBack() {
    return heldBack;
  }

  /** Active workers that have a process: there was room for them. */
  private long begun() {
    return roster.pool().workers().stream()
        .filter(worker -> worker.isActive() && worker.pid() != 0)
        .count();
  }

  private void holdBack(String shortage, Tick now) {
    heldBack = Optional.of("workers are held back: " + shortage);
    boolean replaces = !roster.pool().outdated().isEmpty();
    int workers = roster.pool().active();
    if (room == null || !room.replaces()) {
      room = new StartCapacity(replaces ? Math.max(1, workers - 1) : workers, replaces, now);
    }
  }

  /**
   * Forgets what was held back, once as many workers as are wanted have begun, or once it is time
   * to try again.
   *
   * @param target how many workers are wanted
   */
  void observe(int target, Tick now) {
    if (begun() >= target) {
      heldBack = Optional.empty();
    }
    StartCapacity known = room;
    boolean replaces = !roster.pool().outdated().isEmpty();
    if (known != null && !(replaces && known.replaces()) && now.hasPassed(AGAIN, known.since())) {
      room = null;
    }
  }

  /**
   * How many workers there is room for, as far as is known: as many as there were when the last one
   * was held back, and one less while workers are to be replaced, whose successors need room.
   *
   * @return {@link Integer#MAX_VALUE} if nothing is known
   */
  int room() {
    return room == null ? Integer.MAX_VALUE : room.workers();
  }

  /** A launched worker has got its process. */
  void forked(WorkerId id, Tick now) {
    Worker worker = roster.pool().find(id).orElse(null);
    if (worker == null || worker.pid() != 0) {
      return;
    }
    WorkerHandle handle = roster.handle(worker);
    if (handle != null) {
      begun(worker, handle, now);
    }
  }

  private void begun(Worker worker, WorkerHandle handle, Tick now) {
    Worker begun = worker.withProcess(handle.pid());
    roster.update(begun);
    events.accept(
        now, new WorkerEvent.WorkerStarted(begun.id(), begun.pid(), begun.role(), handle.rqName()));
  }

  /** A launched worker will have no process. */
  void launchFailed(WorkerId id, String problem, Tick now) {
    Worker worker = roster.pool().find(id).orElse(null);
    if (worker == null) {
      return;
    }
    roster.strike(id);
    if (worker.isActive()) {
      failed("start failed: " + problem, worker.failures() + 1, now);
    }
  }

  /**
   * There is no room for a launched worker: nothing has failed, the pool is as large as it can be.
   */
  void heldBack(WorkerId id, String shortage, Tick now) {
    Worker worker = roster.pool().find(id).orElse(null);
    if (worker == null) {
      return;
    }
    roster.strike(id);
    roster.takeBack(id);
    if (worker.isActive()) {
      holdBack(shortage, now);
    }
  }

  /** A worker was asked to go because it did not register in time. */
  void notReady(Worker worker, Tick now) {
    String problem = worker.id() + " did not register in time" + served.whyNotReady(worker);
    failed(problem, worker.failures() + 1, now);
  }

  /** A start came to nothing: its place waits for the next try. */
  private void failed(String problem, int failures, Tick now) {
    Duration wait = backoff.after(failures);
    roster.enter(new Vacancy(failures, now.plus(wait), Optional.empty()));
    health.blame(problem);
    events.accept(now, new WorkerEvent.StartFailed(problem, wait));
  }
}
