package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.rq.RqRecords;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.Tick;
import java.util.LinkedHashSet;
import java.util.Set;

/** Records in Redis of workers that died without taking their leave. */
final class Ghosts {

  private final RqRecords records;
  private final EventSink events;
  private final Set<String> names = new LinkedHashSet<>();

  Ghosts(RqRecords records, EventSink events) {
    this.records = records;
    this.events = events;
  }

  /** A worker of this name died. */
  void add(String name) {
    names.add(name);
  }

  /** Names of all of them. */
  Set<String> names() {
    return Set.copyOf(names);
  }

  /** One that wrote its death is no ghost: RQ has seen to its record. */
  void observe(RqSnapshot snapshot) {
    names.removeIf(
        name -> {
          RqWorker seen = snapshot.workers().get(name);
          return seen != null && seen.dead();
        });
  }

  /** Removes them, as RQ's own clean-up would after their time to live. */
  void remove(Tick now) {
    if (names.isEmpty()) {
      return;
    }
    records.remove(Set.copyOf(names));
    names.forEach(name -> events.accept(now, new Event.GhostRemoved(name)));
    names.clear();
  }
}
