package io.rqorchestrator.supervisor;

import io.rqorchestrator.pool.MemoryGauge;
import io.rqorchestrator.pool.Overhead;
import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.scaling.MemoryUse;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Estimates how much memory one more worker would take:
 *
 * <pre>price = lower median over w of peak(w)</pre>
 *
 * <ul>
 *   <li>w: the workers that have ended at least one job.
 *   <li>peak(w): the largest reading of w and its horse within the last 30 to 60 minutes.
 *   <li>While there is no such w, the price is the largest reading of any worker, and at least
 *       {@link #PRIOR}. Until a worker was read, workers are started one at a time.
 * </ul>
 */
final class WorkerPrice {

  /**
   * Memory of a bare RQ worker with its horse; the estimate while no worker of the pool was read.
   */
  private static final long PRIOR = 30L << 20;

  /** A peak is forgotten after this time to twice this time, so that the price can fall again. */
  private static final Duration REMEMBERED = Duration.ofMinutes(30);

  /**
   * The largest reading of a worker in the current period of {@link #REMEMBERED} and in the one
   * before.
   */
  private record Peak(Tick since, long before, long now) {

    static Peak of(long bytes, Tick at) {
      return new Peak(at, 0, bytes);
    }

    Peak with(long bytes, Tick at) {
      if (!at.hasPassed(REMEMBERED, since)) {
        return new Peak(since, before, Math.max(now, bytes));
      }
      return new Peak(at, at.hasPassed(REMEMBERED.multipliedBy(2), since) ? 0 : now, bytes);
    }

    long bytes() {
      return Math.max(before, now);
    }
  }

  private final PoolMemory memory;
  private final MemoryGauge gauge;
  private final Map<WorkerId, Peak> peaks = new HashMap<>();
  private long learned;
  private @Nullable Tick learnedAt;

  WorkerPrice(PoolMemory memory, MemoryGauge gauge) {
    this.memory = memory;
    this.gauge = gauge;
  }

  /**
   * The memory of the pool, including the estimated growth of workers that have not ended a job
   * yet.
   */
  MemoryUse use(Pool pool, Tick now) {
    OptionalLong largest =
        pool.workers().stream().flatMapToLong(worker -> memory.of(worker.id()).stream()).max();
    boolean isLearned = learnedAt != null && !now.hasPassed(REMEMBERED, learnedAt);
    long price = isLearned ? learned : Math.max(PRIOR, largest.orElse(0));
    long taken = memory.overhead().map(Overhead::bytes).orElse(0L);
    long leaving = 0;
    long toCome = 0;
    for (Worker worker : pool.workers()) {
      long seen = memory.of(worker.id()).orElse(0);
      taken += seen;
      leaving += worker.isActive() ? 0 : seen;
      boolean grows = worker.isActive() && !(hasWorked(worker) && seen > 0);
      toCome += grows ? Math.max(0, price - seen) : 0;
    }
    long available = gauge.available().orElse(Long.MAX_VALUE);
    boolean isGuess = !isLearned && !memory.hasTried();
    return new MemoryUse(taken + toCome, leaving, price, available - toCome, isGuess);
  }

  /** Updates the price from the newest readings. */
  void learn(Pool pool, Tick now) {
    peaks.keySet().retainAll(pool.ids());
    for (Worker worker : pool.workers()) {
      if (hasWorked(worker)) {
        memory.of(worker.id()).ifPresent(bytes -> note(worker.id(), bytes, now));
      }
    }
    if (!peaks.isEmpty()) {
      long[] sorted = peaks.values().stream().mapToLong(Peak::bytes).sorted().toArray();
      learned = Math.max(1, sorted[(sorted.length - 1) / 2]);
      learnedAt = now;
    }
  }

  private void note(WorkerId id, long bytes, Tick now) {
    peaks.compute(id, (known, peak) -> peak == null ? Peak.of(bytes, now) : peak.with(bytes, now));
  }

  private static boolean hasWorked(Worker worker) {
    return worker.jobs() > 0;
  }
}
