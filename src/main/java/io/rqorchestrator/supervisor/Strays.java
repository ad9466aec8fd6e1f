package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.pool.Stray;
import io.rqorchestrator.pool.WorkerProcesses;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Processes that dead workers of the pool left behind. Killing a worker does not kill its horse,
 * which works on under another parent.
 *
 * <p>A horse may finish its job as long as RQ counts the job as running. RQ's mark of that lapses
 * 60 s or more after the worker's death: a live worker renews it every monitoring interval <i>i</i>
 * to at least <i>i</i> + 60 s. After that RQ fails the job, or gives it to another worker, and it
 * would run twice; so the horse is killed shortly before.
 */
final class Strays {

  private static final Duration GRACE = Duration.ofSeconds(55);

  /** How long a scheduler may take to go: it gives its lock back, unless Redis hangs. */
  private static final Duration DEAF = Duration.ofSeconds(10);

  private final WorkerProcesses processes;
  private final EventSink events;
  private final Map<Stray, Tick> known = new HashMap<>();
  private boolean suspected = true;

  Strays(WorkerProcesses processes, EventSink events) {
    this.processes = processes;
    this.events = events;
  }

  /** A worker died unasked: it may have left something behind. */
  void suspect() {
    suspected = true;
  }

  /** Whether there is none, as far as is known. */
  boolean isEmpty() {
    return known.isEmpty() && !suspected;
  }

  /** Looks for strays if there is reason to, and ends those whose time has come. */
  void watch(Set<Long> workers, boolean cold, Tick now) {
    if (isEmpty()) {
      return;
    }
    suspected = false;
    List<Stray> found = processes.strays(workers);
    known.forEach(
        (stray, since) -> {
          if (!found.contains(stray)) {
            events.accept(now, new Event.StrayGone(stray.pid(), now.since(since)));
          }
        });
    known.keySet().retainAll(found);
    for (Stray stray : found) {
      if (known.putIfAbsent(stray, now) == null) {
        events.accept(now, new Event.StrayFound(stray.pid(), stray.horse()));
      }
      endInTime(stray, cold, now);
    }
  }

  private void endInTime(Stray stray, boolean cold, Tick now) {
    Tick since = known.getOrDefault(stray, now);
    if (!stray.horse()) {
      processes.end(stray, cold || now.hasPassed(DEAF, since));
    } else if (cold || now.hasPassed(GRACE, since)) {
      events.accept(now, new Event.StrayKilled(stray.pid(), now.since(since)));
      processes.end(stray, true);
    }
  }
}
