package io.rqorchestrator.pool;

import io.rqorchestrator.text.SizeText;
import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * When a worker has had its time.
 *
 * @param maxJobs most jobs; empty: no limit
 * @param maxAge greatest age; empty: no limit
 * @param maxMemory most bytes of PSS, worker and horse together; empty: no limit
 */
public record RecycleRules(
    OptionalLong maxJobs, Optional<Duration> maxAge, OptionalLong maxMemory) {

  /** Never. */
  public static final RecycleRules NONE =
      new RecycleRules(OptionalLong.empty(), Optional.empty(), OptionalLong.empty());

  /**
   * Where a new worker would be above the limit, too, one is replaced once it has grown by this.
   */
  private static final double GROWTH = 1.25;

  /** Limits are stretched by up to this share, so that workers born together don't go together. */
  private static final double JITTER = 0.1;

  /** Why a worker has had its time by its jobs or its age; empty if it has not. */
  public Optional<String> worn(Worker worker, Tick now) {
    double stretch = 1 + JITTER * spread(worker.id());
    long jobs = worker.jobs();
    if (maxJobs.isPresent() && jobs >= Math.round(maxJobs.getAsLong() * stretch)) {
      return Optional.of(jobs + " jobs");
    }
    Duration age = now.since(worker.startedAt());
    boolean old = maxAge.filter(limit -> age.toMillis() >= limit.toMillis() * stretch).isPresent();
    return old ? Optional.of("age " + DurationText.of(age)) : Optional.empty();
  }

  /**
   * Why a worker has grown too fat; empty if it has not, or if a new one would be no thinner.
   *
   * @param bytes its memory
   * @param expectedWhenNew what a new worker in its place would take, bytes
   */
  public Optional<String> fat(long bytes, long expectedWhenNew) {
    if (maxMemory.isEmpty() || bytes <= maxMemory.getAsLong()) {
      return Optional.empty();
    }
    boolean grown = expectedWhenNew <= maxMemory.getAsLong() || bytes > expectedWhenNew * GROWTH;
    return grown ? Optional.of(SizeText.of(bytes)) : Optional.empty();
  }

  /** A number in [0, 1) that differs between workers born one after the other. */
  private static double spread(WorkerId id) {
    return (id.number() * 0.6180339887498949) % 1;
  }
}
