package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.pool.RecycleRules;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.pool.WorkerProcesses;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds workers that have had their time. Memory is read of one idle worker at a time. */
final class Recycling {

  private static final Duration BETWEEN_READINGS = Duration.ofSeconds(1);

  /** A worker and why it is to be replaced. */
  record Worn(Worker worker, String why) {}

  private final RecycleRules rules;
  private final WorkerProcesses processes;
  private final EventSink events;
  private final Map<WorkerId, Long> born = new HashMap<>();
  private final Set<WorkerId> read = new HashSet<>();
  private long lightest = Long.MAX_VALUE;
  private @Nullable Tick lastReading;
  private int turn;
  private boolean toldTooLow;

  Recycling(RecycleRules rules, WorkerProcesses processes, EventSink events) {
    this.rules = rules;
    this.processes = processes;
    this.events = events;
  }

  /** The next worker to replace; none while another one is being replaced. */
  Optional<Worn> next(Pool pool, Tick now) {
    if (!pool.outdated().isEmpty()) {
      return Optional.empty();
    }
    for (Worker worker : pool.workers()) {
      Optional<String> worn = worker.isRunning() ? rules.worn(worker, now) : Optional.empty();
      if (worn.isPresent()) {
        return Optional.of(new Worn(worker, worn.get()));
      }
    }
    return rules.maxMemory().isPresent() ? nextByMemory(pool, now) : Optional.empty();
  }

  private Optional<Worn> nextByMemory(Pool pool, Tick now) {
    if (lastReading != null && !now.hasPassed(BETWEEN_READINGS, lastReading)) {
      return Optional.empty();
    }
    lastReading = now;
    born.keySet().removeIf(id -> pool.find(id).isEmpty());
    read.removeIf(id -> pool.find(id).isEmpty());
    Worker worker = nextToRead(pool);
    OptionalLong bytes = worker == null ? OptionalLong.empty() : processes.memory(worker.pid());
    if (worker == null || bytes.isEmpty()) {
      return Optional.empty();
    }
    if (read.add(worker.id()) && worker.jobs() == 0) {
      note(worker, bytes.getAsLong(), now);
    }
    // Of one that had worked before it was read, the birth of others tells.
    long atBirth = born.getOrDefault(worker.id(), Math.min(lightest, bytes.getAsLong()));
    return rules.fat(atBirth, bytes.getAsLong()).map(why -> new Worn(worker, why));
  }

  /** Those that were never read come first, so that they are read before they have grown. */
  private @Nullable Worker nextToRead(Pool pool) {
    List<Worker> idle = pool.workers().stream().filter(Worker::isIdle).toList();
    for (Worker worker : idle) {
      if (!read.contains(worker.id())) {
        return worker;
      }
    }
    return idle.isEmpty() ? null : idle.get(Math.floorMod(turn++, idle.size()));
  }

  private void note(Worker worker, long bytes, Tick now) {
    born.put(worker.id(), bytes);
    lightest = Math.min(lightest, bytes);
    long limit = rules.maxMemory().orElseThrow();
    if (bytes > limit && !toldTooLow) {
      toldTooLow = true;
      events.accept(now, new Event.MemoryLimitTooLow(worker.id(), bytes, limit));
    }
  }
}
