package io.rqorchestrator.supervisor;

import io.rqorchestrator.pool.MemoryGauge;
import io.rqorchestrator.pool.Overhead;
import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.scaling.MemoryUse;
import java.util.HashMap;
import java.util.Map;

/**
 * What one more worker would take, learned from those that are there: the median over grown-up
 * workers of the most that each was seen to take, its horse included. Grown up is who has ended a
 * job.
 */
final class WorkerPrice {

  /** A bare RQ worker with its horse, while nothing is known of this pool's. */
  private static final long PRIOR = 30L << 20;

  private final PoolMemory memory;
  private final MemoryGauge gauge;
  private final Map<WorkerId, Long> most = new HashMap<>();
  private long price = PRIOR;

  WorkerPrice(PoolMemory memory, MemoryGauge gauge) {
    this.memory = memory;
    this.gauge = gauge;
  }

  /** What the pool takes now, and what those workers will that have not grown up yet. */
  MemoryUse use(Pool pool) {
    learn(pool);
    long taken = memory.overhead().map(Overhead::bytes).orElse(0L);
    long toCome = 0;
    for (Worker worker : pool.workers()) {
      long seen = memory.of(worker.id()).orElse(0);
      taken += seen;
      toCome += isGrownUp(worker) && seen > 0 ? 0 : Math.max(0, price - seen);
    }
    long available = gauge.available().orElse(Long.MAX_VALUE);
    return new MemoryUse(taken + toCome, price, available - toCome);
  }

  private void learn(Pool pool) {
    most.keySet().removeIf(id -> pool.find(id).isEmpty());
    for (Worker worker : pool.workers()) {
      if (isGrownUp(worker)) {
        memory.of(worker.id()).ifPresent(bytes -> most.merge(worker.id(), bytes, Math::max));
      }
    }
    if (!most.isEmpty()) {
      long[] sorted = most.values().stream().mapToLong(Long::longValue).sorted().toArray();
      price = Math.max(1, sorted[sorted.length / 2]);
    }
  }

  private static boolean isGrownUp(Worker worker) {
    return worker.jobs() > 0;
  }
}
