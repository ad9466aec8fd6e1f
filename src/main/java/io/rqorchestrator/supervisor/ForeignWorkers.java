package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.PoolStatus.ForeignRow;
import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.Tick;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Workers on the pool's queues that are not the pool's: another host's, another pool's, or one
 * started by hand. They are shown, warned about once a host, and otherwise left alone.
 */
final class ForeignWorkers {

  private final EventSink events;
  private final Set<String> toldHosts = new HashSet<>();
  private Set<String> before = Set.of();
  private List<ForeignRow> rows = List.of();

  ForeignWorkers(EventSink events) {
    this.events = events;
  }

  /** What the newest sample shows. */
  List<ForeignRow> rows() {
    return rows;
  }

  /**
   * Takes in a sample. It may show a worker of ours that has just gone, so a stranger counts from
   * the second sample on.
   *
   * @param ours names of the pool's workers, those that have just gone included
   */
  void observe(RqSnapshot snapshot, Set<String> ours, Tick now) {
    Map<String, RqWorker> strangers = new TreeMap<>(snapshot.workers());
    strangers.keySet().removeAll(ours);
    strangers.values().removeIf(worker -> worker.dead() || worker.heartbeat().isEmpty());
    List<ForeignRow> seen = new ArrayList<>();
    for (RqWorker worker : strangers.values()) {
      if (before.contains(worker.name())) {
        seen.add(new ForeignRow(worker.name(), worker.hostname(), worker.pid(), worker.isBusy()));
      }
    }
    before = Set.copyOf(strangers.keySet());
    rows = List.copyOf(seen);
    tell(now);
  }

  private void tell(Tick now) {
    Map<String, List<String>> byHost = new TreeMap<>();
    for (ForeignRow row : rows) {
      byHost.computeIfAbsent(row.host().orElse(""), host -> new ArrayList<>()).add(row.name());
    }
    byHost.forEach(
        (host, names) -> {
          if (toldHosts.add(host)) {
            events.accept(now, new Event.ForeignWorkersSeen(host, names));
          }
        });
  }
}
