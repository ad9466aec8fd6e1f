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
 * Tells of each host with foreign workers once. Of many new hosts within a minute the first few are
 * named, and the others are told of together: anybody may write host names into Redis.
 */
final class ForeignHosts {

  private static final int NAMED = 3;
  private static final int MOST = 1000;
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final EventSink events;
  private final Set<String> told = new HashSet<>();
  private @Nullable Tick begun;
  private int reportedSince;

  ForeignHosts(EventSink events) {
    this.events = events;
  }

  /**
   * Tells of the hosts that are new.
   *
   * @param workers names of the workers by host, in order
   */
  void tell(Map<String, List<String>> workers, Tick now) {
    if (begun == null || now.hasPassed(PAUSE, begun)) {
      begun = now;
      reportedSince = 0;
    }
    List<String> fresh = workers.keySet().stream().filter(host -> !told.contains(host)).toList();
    if (fresh.isEmpty() || reportedSince > NAMED || told.size() >= MOST) {
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
    told.addAll(fresh);
  }

  /** As many as are shown, and one that tells that there are more. */
  private static List<String> some(List<String> names) {
    return names.subList(0, Math.min(NAMED + 1, names.size()));
  }
}
