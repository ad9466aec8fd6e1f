package io.rqorchestrator.supervisor;

import static java.util.stream.Collectors.toSet;

import io.rqorchestrator.control.PoolStatus.ForeignRow;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.PoolEvent;
import io.rqorchestrator.rq.RqQueue;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.scaling.ForeignCapacity;
import io.rqorchestrator.time.Tick;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Workers on the pool's queues that are not the pool's: another host's, another pool's, or one
 * started by hand. They are never touched and their load is not measured, but they are capacity for
 * a backlog that they share. Each other pool and each other host is told of once, a host with a
 * warning.
 */
final class ForeignWorkers {

  /** Anybody may write names of pools into Redis. */
  private static final int MOST_POOLS = 50;

  private final EventSink events;
  private final Set<PoolOnHost> reportedPools = new HashSet<>();
  private final ForeignHosts hosts;
  private Set<String> before = Set.of();
  private List<RqWorker> seen = List.of();

  /** Those that were idle in the newest sample although jobs waited for them. */
  private Set<String> passive = Set.of();

  private ForeignCapacity capacity = ForeignCapacity.NONE;

  /** A pool of ours, as its workers name it. */
  private record PoolOnHost(String name, String host) {}

  ForeignWorkers(EventSink events) {
    this.events = events;
    this.hosts = new ForeignHosts(events);
  }

  /** What the newest sample shows. */
  List<ForeignRow> rows() {
    return seen.stream()
        .map(
            worker ->
                new ForeignRow(
                    worker.name(), worker.hostname(), worker.pid(), worker.isBusy(), worker.pool()))
        .toList();
  }

  /** What they are to the jobs that wait, as the newest sample shows it. */
  ForeignCapacity capacity() {
    return capacity;
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
    seen = strangers.values().stream().filter(worker -> before.contains(worker.name())).toList();
    before = Set.copyOf(strangers.keySet());
    capacity = snapshot.suspended() ? ForeignCapacity.NONE : count(snapshot);
    tell(now);
  }

  /**
   * Counts those that serve a queue in which jobs wait. One that waits takes a job at once, so one
   * that was idle in two samples running beside a waiting job takes none, and is no capacity.
   */
  private ForeignCapacity count(RqSnapshot snapshot) {
    Set<String> waiting =
        snapshot.queues().stream()
            .filter(queue -> queue.queued() > 0)
            .map(RqQueue::name)
            .collect(toSet());
    int idle = 0;
    int busy = 0;
    Set<PoolOnHost> pools = new HashSet<>();
    Set<String> idleBesideJobs = new HashSet<>();
    for (RqWorker worker : seen) {
      if (worker.queues().stream().noneMatch(waiting::contains)) {
        continue;
      }
      pool(worker).ifPresent(pools::add);
      if (worker.isBusy()) {
        busy++;
      } else if (worker.isIdle()) {
        idleBesideJobs.add(worker.name());
        idle += passive.contains(worker.name()) ? 0 : 1;
      }
    }
    passive = idleBesideJobs;
    return new ForeignCapacity(idle, busy, pools.size());
  }

  private static Optional<PoolOnHost> pool(RqWorker worker) {
    return worker.pool().map(name -> new PoolOnHost(name, worker.hostname().orElse("")));
  }

  private void tell(Tick now) {
    Map<String, List<String>> byHost = new TreeMap<>();
    for (RqWorker worker : seen) {
      Optional<PoolOnHost> pool = pool(worker);
      if (pool.isEmpty()) {
        String host = worker.hostname().orElse("");
        byHost.computeIfAbsent(host, unused -> new ArrayList<>()).add(worker.name());
      } else if (reportedPools.size() < MOST_POOLS && reportedPools.add(pool.get())) {
        events.accept(now, new PoolEvent.OtherPoolSeen(pool.get().name(), pool.get().host()));
      }
    }
    hosts.tell(byHost, now);
  }
}
