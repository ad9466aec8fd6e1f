package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.rq.RqRecords;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.Tick;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Records in Redis of workers that died without taking their leave. */
final class Ghosts {

  private final RqRecords records;
  private final EventSink events;

  /** When each of them ended. */
  private final Map<String, Tick> ends = new LinkedHashMap<>();

  /** Those that a later sample has shown to be without a word of their death. */
  private final Set<String> confirmed = new LinkedHashSet<>();

  Ghosts(RqRecords records, EventSink events) {
    this.records = records;
    this.events = events;
  }

  /** A worker of this name has ended, and perhaps without taking its leave. */
  void suspect(String name, Tick now) {
    ends.put(name, now);
  }

  /** Names of all of them. */
  Set<String> names() {
    return Set.copyOf(ends.keySet());
  }

  /** One that wrote its death is no ghost: RQ has seen to its record. */
  void observe(RqSnapshot snapshot) {
    ends.keySet()
        .removeIf(
            name -> {
              RqWorker seen = snapshot.workers().get(name);
              return seen != null && seen.dead();
            });
    confirmed.retainAll(ends.keySet());
    ends.forEach(
        (name, end) -> {
          if (!snapshot.at().isBefore(end)) {
            confirmed.add(name);
          }
        });
  }

  /** Removes them, as RQ's own clean-up would after their time to live. */
  void remove(Tick now) {
    remove(Set.copyOf(confirmed), now);
  }

  /** Removes all of them, for there will be no further sample. */
  void removeAll(Tick now) {
    remove(names(), now);
  }

  private void remove(Set<String> ghosts, Tick now) {
    if (ghosts.isEmpty()) {
      return;
    }
    records.remove(ghosts);
    ghosts.forEach(name -> events.accept(now, new Event.GhostRemoved(name)));
    ends.keySet().removeAll(ghosts);
    confirmed.removeAll(ghosts);
  }
}
