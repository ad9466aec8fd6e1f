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
 * Observes workers that serve the pool's queues and are not the pool's: those of another host or
 * pool, or started manually. They are never signalled and their load is not measured, but they
 * count as capacity for a shared backlog. Each other pool and each other host is reported once, a
 * host with a warning.
 */
final class ForeignWorkers {

  /** Limit of reports, because any client of Redis can write names of pools. */
  private static final int MOST_POOLS = 50;

  private final EventSink events;
  private final Set<PoolOnHost> reportedPools = new HashSet<>();
  private final ForeignHosts hosts;
  private Set<String> before = Set.of();
  private List<RqWorker> seen = List.of();

  /** Names of foreign workers that were idle in the newest sample although jobs waited for them. */
  private Set<String> passive = Set.of();

  private ForeignCapacity capacity = ForeignCapacity.NONE;

  /** Another pool of rq-orchestrator, as its workers' records name it. */
  private record PoolOnHost(String name, String host) {}

  ForeignWorkers(EventSink events) {
    this.events = events;
    this.hosts = new ForeignHosts(events);
  }

  /** The foreign workers in the newest sample. */
  List<ForeignRow> rows() {
    return seen.stream()
        .map(
            worker ->
                new ForeignRow(
                    worker.name(), worker.hostname(), worker.pid(), worker.isBusy(), worker.pool()))
        .toList();
  }

  /** The foreign capacity for waiting jobs in the newest sample. */
  ForeignCapacity capacity() {
    return capacity;
  }

  /**
   * Takes in a sample. The sample may show a worker of the pool that has just ended, so an unknown
   * worker counts as foreign only from the second sample on.
   *
   * @param ours names of the pool's workers, including those that have just ended
   */
  void observe(RqSnapshot snapshot, Set<String> ours, Tick now) {
    Map<String, RqWorker> others = new TreeMap<>(snapshot.workers());
    others.keySet().removeAll(ours);
    others.values().removeIf(worker -> worker.dead() || worker.heartbeat().isEmpty());
    seen = others.values().stream().filter(worker -> before.contains(worker.name())).toList();
    before = Set.copyOf(others.keySet());
    capacity = snapshot.suspended() ? ForeignCapacity.NONE : count(snapshot);
    report(now);
  }

  /**
   * Counts foreign workers that serve a queue in which jobs wait. A working idle worker takes a
   * waiting job at once. So a worker that was idle in two samples in a row while jobs waited does
   * not count as capacity.
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

  private void report(Tick now) {
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
    hosts.report(byHost, now);
  }
}
