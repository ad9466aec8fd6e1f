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
 * The replacement of all workers. Where they are forked, something to fork their successors from
 * comes first; if that fails, nothing is replaced.
 *
 * <p>However often it is asked for while it is under way, one more follows it, and that one
 * replaces only workers that are older than the last wish. It follows at once if successors fail:
 * the code may have been mended since.
 */
final class RollingRestart {

  private final Roster roster;
  private final WorkerProcesses processes;
  private final Replacements replacements;
  private final Health health;
  private final EventSink events;

  /** When the restart under way began; null if none is. */
  private @Nullable Tick since;

  /** When the workers that it replaces were marked; null while the new code is imported. */
  private @Nullable Tick marked;

  /** When another one was asked for last; null if none follows. */
  private @Nullable Tick next;

  /** Who asked before it was known which workers there are; null if nobody did. */
  private @Nullable String early;

  private boolean adopted;

  /** What it was last said to wait for. */
  private String reported = "";

  /** Whether the import under way has taken the place of one that was asked for again. */
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
   * Begins, or sees to it that one more restart follows the one under way.
   *
   * @param by who asks for it
   * @return what comes of it, for whoever asked
   */
  String ask(String by, Tick now) {
    if (!adopted) {
      early = by;
      return "the workers are replaced, one after the other, once they are adopted";
    }
    if (since != null) {
      if (next == null) {
        events.accept(now, new OperatorEvent.RestartQueued(by));
      }
      next = now;
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
   * The workers of an earlier daemon are there. Those that were started with other options than
   * this daemon's are replaced. The fork server of this daemon has today's code already.
   *
   * @param changed the workers that were started with other options
   */
  void adopted(Set<WorkerId> changed, Tick now) {
    adopted = true;
    if (early != null) {
      ask(early, now);
    } else if (!changed.isEmpty()) {
      events.accept(
          now, new OperatorEvent.RestartRequested("other options than before", changed.size()));
      since = now;
      marked = now;
      replacements.restart(worker -> changed.contains(worker.id()), now);
    }
  }

  /**
   * Imports the new code, or replaces by it.
   *
   * @param old who has not the new code, if each worker loads it by itself
   */
  private void begin(Predicate<Worker> old, Tick now) {
    next = null;
    reimported = false;
    marked = processes.renew(now) ? null : now;
    if (marked != null) {
      replacements.restart(old, now);
    }
  }

  /**
   * Workers can be forked from newer code; from the newest, unless that was asked for since.
   *
   * @param stopping whether the pool stops, so that nobody is replaced any more
   */
  void preloaded(Message.Preloaded preloaded, boolean stopping, Tick now) {
    events.accept(now, new ForkServerEvent.Preloaded(preloaded.pid(), preloaded.took()));
    health.preloaded();
    boolean isAwaited = preloaded.renewed() && since != null && marked == null;
    if (!isAwaited || stopping) {
      return;
    }
    if (processes.isRenewing()) {
      next = null;
      reimported = true;
    } else if (next != null && !reimported) {
      begin(worker -> true, now);
      reimported = true; // not again and again: nobody would ever be replaced
    } else {
      marked = now;
      replacements.restart(worker -> true, now);
    }
  }

  /** What cannot be imported is no reason to give up workers that run. */
  void preloadFailed(Message.PreloadFailed failed, Tick now) {
    events.accept(now, new ForkServerEvent.PreloadFailed(failed.problem(), failed.renewed()));
    health.preloadFailed(failed.problem());
    if (failed.renewed() && since != null && marked == null) {
      if (next != null) {
        begin(worker -> true, now);
      } else {
        since = null;
      }
    }
  }

  /** It waits for something, which is said once. */
  void waits(String why, Tick now) {
    if (!why.equals(reported)) {
      reported = why;
      events.accept(now, new OperatorEvent.RestartWaits(why));
    }
  }

  /** Goes on: says so once the last worker has been replaced, and begins the one that follows. */
  void goOn(Tick now) {
    if (since == null || marked == null) {
      return;
    }
    boolean done = roster.pool().outdated().stream().noneMatch(worker -> isOld(worker, marked));
    if (done) {
      events.accept(now, new OperatorEvent.RestartDone(now.since(since)));
      since = next == null ? null : now;
      reported = "";
    }
    if (next != null && (done || successorsFail(roster.pool()))) {
      Tick wished = next;
      begin(worker -> worker.startedAt().isBefore(wished), now);
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
