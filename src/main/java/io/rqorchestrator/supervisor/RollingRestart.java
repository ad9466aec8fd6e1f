package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.ForkServerEvent;
import io.rqorchestrator.event.OperatorEvent;
import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.pool.WorkerPhase.Starting;
import io.rqorchestrator.pool.WorkerProcesses;
import io.rqorchestrator.time.Tick;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Replaces all workers, for example to load new code. With {@code --preload} a new fork server
 * imports the code first; if that fails, no worker is replaced.
 *
 * <p>Requests that come during a restart are combined into one more restart, which replaces only
 * workers that are older than the last request. It begins when the current restart is done, or at
 * once if successors fail, because the code may have been corrected since.
 */
final class RollingRestart {

  private final Roster roster;
  private final WorkerProcesses processes;
  private final Replacements replacements;
  private final Health health;
  private final EventSink events;

  /** When the current restart began; null if there is none. */
  private @Nullable Tick since;

  /** When the current restart marked its workers; null while the new code is imported. */
  private @Nullable Tick marked;

  /** When one more restart was last requested; null if none follows. */
  private @Nullable Tick nextRequested;

  /**
   * Who requested a restart before the adoption was complete; null if there was no such request.
   */
  private @Nullable String requestedEarly;

  private boolean adopted;

  /** The last reported reason to wait. */
  private String reported = "";

  /** Whether the current import has already replaced an earlier import because of a new request. */
  private boolean reimported;

  RollingRestart(
      Roster roster,
      WorkerProcesses processes,
      Replacements replacements,
      Health health,
      EventSink events) {
    this.roster = roster;
    this.processes = processes;
    this.replacements = replacements;
    this.health = health;
    this.events = events;
  }

  /**
   * Begins a restart, or makes one more restart follow the current one.
   *
   * @param by who requests it
   * @return the answer to the requester
   */
  String request(String by, Tick now) {
    if (!adopted) {
      requestedEarly = by;
      return "the workers are replaced, one after the other, once they are adopted";
    }
    if (since != null) {
      if (nextRequested == null) {
        events.accept(now, new OperatorEvent.RestartQueued(by));
      }
      nextRequested = now;
      return "a restart is under way, one more follows it";
    }
    int workers = roster.pool().active();
    events.accept(now, new OperatorEvent.RestartRequested(by, workers));
    since = now;
    begin(worker -> true, now);
    return "%s%d workers are replaced, one after the other"
        .formatted(marked == null ? "the modules are imported anew, then " : "", workers);
  }

  /**
   * The adoption is complete. Workers that were started with other options than this daemon's are
   * replaced, without a new import: the fork server of this daemon has imported the current code.
   *
   * @param changed the workers that were started with other options
   */
  void adopted(Set<WorkerId> changed, Tick now) {
    adopted = true;
    if (requestedEarly != null) {
      request(requestedEarly, now);
    } else if (!changed.isEmpty()) {
      events.accept(
          now, new OperatorEvent.RestartRequested("other options than before", changed.size()));
      since = now;
      marked = now;
      replacements.restart(worker -> changed.contains(worker.id()), now);
    }
  }

  /**
   * Begins the import of the new code. Without an import, marks the workers at once.
   *
   * @param old selects the workers to replace if each worker imports the code by itself
   */
  private void begin(Predicate<Worker> old, Tick now) {
    nextRequested = null;
    reimported = false;
    marked = processes.renew(now) ? null : now;
    if (marked != null) {
      replacements.restart(old, now);
    }
  }

  /**
   * A fork server has imported the code. If the restart waits for this import, its workers are
   * marked, unless a newer import was requested since.
   *
   * @param stopping whether the pool stops, so that no worker is replaced any more
   */
  void preloaded(Message.PreloadSuccess preloaded, boolean stopping, Tick now) {
    events.accept(now, new ForkServerEvent.Preloaded(preloaded.pid(), preloaded.took()));
    health.preloaded();
    boolean isAwaited = preloaded.renewed() && since != null && marked == null;
    if (!isAwaited || stopping) {
      return;
    }
    if (processes.isRenewing()) {
      nextRequested = null;
      reimported = true;
    } else if (nextRequested != null && !reimported) {
      begin(worker -> true, now);
      reimported = true; // only once, or frequent requests would delay the replacement for ever
    } else {
      marked = now;
      replacements.restart(worker -> true, now);
    }
  }

  /** An import has failed. The restart that waits for it ends, and running workers stay. */
  void preloadFailed(Message.PreloadFailure failed, Tick now) {
    events.accept(now, new ForkServerEvent.PreloadFailed(failed.problem(), failed.renewed()));
    health.preloadFailed(failed.problem());
    if (failed.renewed() && since != null && marked == null) {
      if (nextRequested != null) {
        begin(worker -> true, now);
      } else {
        since = null;
      }
    }
  }

  /** Reports once why the restart waits. */
  void reportWait(String why, Tick now) {
    if (!why.equals(reported)) {
      reported = why;
      events.accept(now, new OperatorEvent.RestartWaits(why));
    }
  }

  /**
   * Reports the end of a restart whose last worker has been replaced, and begins the restart that
   * follows.
   */
  void proceed(Tick now) {
    if (since == null || marked == null) {
      return;
    }
    boolean done = roster.pool().outdated().stream().noneMatch(worker -> isOld(worker, marked));
    if (done) {
      events.accept(now, new OperatorEvent.RestartDone(now.since(since)));
      since = nextRequested == null ? null : now;
      reported = "";
    }
    if (nextRequested != null && (done || successorsFail(roster.pool()))) {
      Tick requested = nextRequested;
      begin(worker -> worker.startedAt().isBefore(requested), now);
    }
  }

  private static boolean isOld(Worker worker, Tick marked) {
    return !marked.isBefore(worker.startedAt());
  }

  private static boolean successorsFail(Pool pool) {
    return pool.vacancies().stream().anyMatch(vacancy -> vacancy.failures() > 0)
        || pool.workers().stream()
            .anyMatch(worker -> worker.phase() instanceof Starting && worker.failures() > 0);
  }
}
