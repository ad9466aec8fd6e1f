package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.PoolEvent;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reports each host with foreign workers once. If many new hosts appear within a minute, the first
 * few are reported one by one and the others together, because any client of Redis can write host
 * names.
 */
final class ForeignHosts {

  private static final int NAMED = 3;
  private static final int MOST = 1000;
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final EventSink events;
  private final Set<String> reportedHosts = new HashSet<>();
  private @Nullable Tick begun;
  private int reportedSince;

  ForeignHosts(EventSink events) {
    this.events = events;
  }

  /**
   * Reports the hosts that are new.
   *
   * @param workers names of the foreign workers by host, sorted
   */
  void report(Map<String, List<String>> workers, Tick now) {
    if (begun == null || now.hasPassed(PAUSE, begun)) {
      begun = now;
      reportedSince = 0;
    }
    List<String> fresh =
        workers.keySet().stream().filter(host -> !reportedHosts.contains(host)).toList();
    if (fresh.isEmpty() || reportedSince > NAMED || reportedHosts.size() >= MOST) {
      return;
    }
    int named = Math.min(fresh.size(), NAMED - reportedSince);
    for (String host : fresh.subList(0, named)) {
      events.accept(
          now, new PoolEvent.ForeignWorkersSeen(host, some(workers.getOrDefault(host, List.of()))));
    }
    List<String> others = fresh.subList(named, fresh.size());
    if (!others.isEmpty()) {
      List<String> names = new ArrayList<>();
      others.forEach(host -> names.addAll(some(workers.getOrDefault(host, List.of()))));
      events.accept(
          now, new PoolEvent.ForeignWorkersSeen(others.size() + " more hosts", some(names)));
    }
    reportedSince += named + (others.isEmpty() ? 0 : 1);
    reportedHosts.addAll(fresh);
  }

  /** The names that are shown, and one more name if there are more. */
  private static List<String> some(List<String> names) {
    return names.subList(0, Math.min(NAMED + 1, names.size()));
  }
}
