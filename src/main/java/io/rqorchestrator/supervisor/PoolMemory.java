package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.MemoryEvent;
import io.rqorchestrator.pool.Footprint;
import io.rqorchestrator.pool.MemoryGauge;
import io.rqorchestrator.pool.Overhead;
import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the memory of the pool as PSS in bytes: each worker with its horse, the daemon and the fork
 * servers. For a reading the kernel walks over all pages of a process. So each second reads only a
 * tenth of the workers, and each worker is read every ten seconds.
 */
final class PoolMemory {

  private static final Duration BETWEEN_READINGS = Duration.ofSeconds(1);
  private static final Duration ROUND = Duration.ofSeconds(10);

  /** A fresh reading of a worker. */
  record WorkerFootprint(Worker worker, Footprint footprint) {}

  private final MemoryGauge gauge;
  private final Map<WorkerId, Long> bytes = new HashMap<>();
  private final Map<WorkerId, Tick> readAt = new HashMap<>();
  private final Set<WorkerId> begun = new HashSet<>();
  private final Map<WorkerId, Footprint> fresh = new LinkedHashMap<>();
  private Optional<Overhead> overhead = Optional.empty();
  private long reported;
  private @Nullable Tick lastReading;
  private @Nullable Tick overheadReadAt;

  PoolMemory(MemoryGauge gauge) {
    this.gauge = gauge;
  }

  /**
   * Begins the next readings if they are due.
   *
   * @return the readings that have come since the last call
   */
  List<WorkerFootprint> read(Pool pool, Tick now) {
    if (lastReading == null || now.hasPassed(BETWEEN_READINGS, lastReading)) {
      lastReading = now;
      begin(pool, now);
    }
    takeIn(pool, now);
    List<WorkerFootprint> readings =
        fresh.entrySet().stream()
            .flatMap(
                each ->
                    pool.find(each.getKey()).stream()
                        .map(worker -> new WorkerFootprint(worker, each.getValue())))
            .toList();
    fresh.clear();
    return readings;
  }

  private void begin(Pool pool, Tick now) {
    Set<WorkerId> live = pool.ids();
    bytes.keySet().retainAll(live);
    readAt.keySet().retainAll(live);
    begun.retainAll(live);
    if (overheadReadAt == null || overhead.isEmpty() || now.hasPassed(ROUND, overheadReadAt)) {
      overheadReadAt = now;
      overhead = gauge.overhead();
    }
    List<Worker> due =
        pool.workers().stream()
            .filter(worker -> worker.isRunning() || !worker.isActive())
            .filter(worker -> worker.pid() != 0 && !begun.contains(worker.id()))
            .sorted(Comparator.comparingLong(this::lastReadNanos))
            .limit((long) Math.ceil(pool.live() / (double) ROUND.toSeconds()))
            .toList();
    due.forEach(worker -> begun.add(worker.id()));
    gauge.beginReading(due.stream().map(Worker::pid).collect(Collectors.toSet()));
  }

  /** Takes in the readings that have come. */
  void takeIn(Pool pool, Tick now) {
    for (Worker worker : pool.workers()) {
      if (!begun.contains(worker.id()) || !gauge.hasReading(worker.pid())) {
        continue;
      }
      begun.remove(worker.id());
      readAt.put(worker.id(), now);
      Optional<Footprint> seen = gauge.memory(worker.pid());
      if (seen.isPresent()) {
        bytes.put(worker.id(), seen.get().bytes());
        fresh.put(worker.id(), seen.get());
      }
    }
  }

  /** The memory of a worker and its horse when last read; empty if it was not read yet. */
  OptionalLong of(WorkerId worker) {
    Long seen = bytes.get(worker);
    return seen == null ? OptionalLong.empty() : OptionalLong.of(seen);
  }

  /** Whether a reading of any live worker has been completed, successfully or not. */
  boolean hasTried() {
    return !readAt.isEmpty();
  }

  /** The memory of the daemon and the fork servers; empty if it cannot be read. */
  Optional<Overhead> overhead() {
    return overhead;
  }

  /**
   * Reports the memory of the whole pool once every worker was read, and again whenever the sum has
   * changed by more than a tenth since the last report.
   */
  void report(Pool pool, EventSink events, Tick now) {
    boolean complete = pool.workers().stream().allMatch(worker -> bytes.containsKey(worker.id()));
    if (overhead.isEmpty() || pool.live() == 0 || !complete) {
      return;
    }
    LongSummaryStatistics workers =
        pool.workers().stream().mapToLong(worker -> bytes.get(worker.id())).summaryStatistics();
    long total = overhead.get().bytes() + workers.getSum();
    if (Math.abs(total - reported) * 10 <= reported) {
      return;
    }
    reported = total;
    events.accept(
        now,
        new MemoryEvent.MemoryTaken(
            total,
            overhead.get().daemon(),
            overhead.get().forkServers(),
            pool.live(),
            workers.getMin(),
            workers.getMax()));
  }

  /** Sorts workers that were never read first, so that they are read before they have grown. */
  private long lastReadNanos(Worker worker) {
    Tick read = readAt.get(worker.id());
    return read == null ? Long.MIN_VALUE : read.nanos();
  }
}
