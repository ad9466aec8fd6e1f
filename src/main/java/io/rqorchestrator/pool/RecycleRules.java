package io.rqorchestrator.pool;

import io.rqorchestrator.text.SizeText;
import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The limits beyond which a worker is replaced: jobs, age and memory.
 *
 * @param maxJobs most jobs; empty: no limit
 * @param maxAge greatest age; empty: no limit
 * @param maxMemory most bytes of PSS, worker and horse together; empty: no limit
 */
public record RecycleRules(
    OptionalLong maxJobs, Optional<Duration> maxAge, OptionalLong maxMemory) {

  /** No limits. */
  public static final RecycleRules NONE =
      new RecycleRules(OptionalLong.empty(), Optional.empty(), OptionalLong.empty());

  /**
   * Growth from which a worker is replaced if a new worker would be above the memory limit, too.
   */
  private static final double GROWTH = 1.25;

  /**
   * Limits are raised by up to this share, so that workers started together are not replaced
   * together.
   */
  private static final double JITTER = 0.1;

  /** How far the worker is beyond the limit of jobs or age, in words; empty if it is not. */
  public Optional<String> reasonByUse(Worker worker, Tick now) {
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
   * How far a worker is beyond the memory limit, in words; empty if it is not, or if a new worker
   * would take about as much.
   *
   * @param bytes memory of the worker
   * @param expectedWhenNew memory that a new worker in the same place would take, bytes
   */
  public Optional<String> reasonByMemory(long bytes, long expectedWhenNew) {
    if (maxMemory.isEmpty() || bytes <= maxMemory.getAsLong()) {
      return Optional.empty();
    }
    boolean grown = expectedWhenNew <= maxMemory.getAsLong() || bytes > expectedWhenNew * GROWTH;
    return grown ? Optional.of(SizeText.of(bytes)) : Optional.empty();
  }

  /** A number in [0, 1), well spread for consecutive ids (golden ratio). */
  private static double spread(WorkerId id) {
    return (id.number() * 0.6180339887498949) % 1;
  }
}
