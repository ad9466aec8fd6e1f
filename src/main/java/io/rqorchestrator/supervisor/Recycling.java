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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
    List<Worker> idle = pool.workers().stream().filter(Worker::isIdle).toList();
    if (idle.isEmpty()) {
      return Optional.empty();
    }
    Worker worker = idle.get(Math.floorMod(turn++, idle.size()));
    OptionalLong bytes = processes.memory(worker.pid());
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    long atBirth = born.computeIfAbsent(worker.id(), id -> bytes.getAsLong());
    if (atBirth > rules.maxMemory().orElseThrow() && !toldTooLow) {
      toldTooLow = true;
      events.accept(
          now, new Event.MemoryLimitTooLow(worker.id(), atBirth, rules.maxMemory().orElseThrow()));
    }
    return rules.fat(atBirth, bytes.getAsLong()).map(why -> new Worn(worker, why));
  }
}
