package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.MemoryEvent;
import io.rqorchestrator.pool.Footprint;
import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.pool.RecycleRules;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.time.Tick;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Selects the next worker beyond --max-worker-jobs, --max-worker-age or --max-worker-memory. */
final class Recycling {

  /** A worker that is to be replaced, and why. */
  record DueWorker(Worker worker, String why) {}

  private final RecycleRules rules;
  private final EventSink events;
  private final Map<WorkerId, Long> ownAtBirth = new HashMap<>();
  private final Set<WorkerId> read = new HashSet<>();
  private List<DueWorker> dueByMemory = List.of();
  private long leastAtBirth = Long.MAX_VALUE;
  private boolean reportedTooLow;

  Recycling(RecycleRules rules, EventSink events) {
    this.rules = rules;
    this.events = events;
  }

  /**
   * The next worker to replace; none while another one is being replaced.
   *
   * @param maxAllows whether max allows a successor
   */
  Optional<DueWorker> next(Pool pool, boolean maxAllows, Tick now) {
    if (!maxAllows || !pool.outdated().isEmpty()) {
      return Optional.empty();
    }
    for (Worker worker : pool.workers()) {
      Optional<String> why = worker.isRunning() ? rules.reasonByUse(worker, now) : Optional.empty();
      if (why.isPresent()) {
        return Optional.of(new DueWorker(worker, why.get()));
      }
    }
    return dueByMemory.stream().findFirst();
  }

  /**
   * Takes in readings of workers' memory.
   *
   * @param readings fresh readings; a busy worker's is ignored because it includes the job's memory
   */
  void observe(Pool pool, List<PoolMemory.WorkerFootprint> readings, Tick now) {
    if (rules.maxMemory().isEmpty()) {
      return;
    }
    Set<WorkerId> live = pool.ids();
    ownAtBirth.keySet().retainAll(live);
    read.retainAll(live);
    List<DueWorker> found = new ArrayList<>();
    for (PoolMemory.WorkerFootprint reading : readings) {
      Worker worker = reading.worker();
      Footprint footprint = reading.footprint();
      if (!worker.isIdle()) {
        continue;
      }
      if (read.add(worker.id()) && worker.jobs() == 0) {
        ownAtBirth.put(worker.id(), footprint.own());
        leastAtBirth = Math.min(leastAtBirth, footprint.own());
      }
      // If a worker had done jobs before its first reading, the least of the other workers' values
      // is used.
      long own = ownAtBirth.getOrDefault(worker.id(), Math.min(leastAtBirth, footprint.own()));
      long expectedWhenNew = footprint.expectedWhenNew(own);
      warn(worker, expectedWhenNew, now);
      rules
          .reasonByMemory(footprint.bytes(), expectedWhenNew)
          .ifPresent(why -> found.add(new DueWorker(worker, why)));
    }
    dueByMemory = found;
  }

  private void warn(Worker worker, long expectedWhenNew, Tick now) {
    long limit = rules.maxMemory().orElseThrow();
    if (expectedWhenNew > limit && !reportedTooLow) {
      reportedTooLow = true;
      events.accept(now, new MemoryEvent.MemoryLimitTooLow(worker.id(), expectedWhenNew, limit));
    }
  }
}
