package io.rqorchestrator.control;

import io.rqorchestrator.wire.WireName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Measurements of finished jobs by the worker hosts.
 *
 * @param ended jobs that ended since the daemon began, whatever their outcome
 * @param waitTime time from enqueue to start
 * @param duration time from start until the worker is ready for the next job
 */
public record JobFigures(
    @WireName("ended") long ended,
    @WireName("wait_time") Distribution waitTime,
    @WireName("duration") Distribution duration) {

  /** Nothing measured yet. */
  public static final JobFigures NONE = new JobFigures(0, Distribution.EMPTY, Distribution.EMPTY);

  /**
   * Times of jobs: cumulative since the daemon began, and quantiles over the recent jobs.
   *
   * @param bounds upper bounds of the buckets in seconds, ascending
   * @param counts jobs per bucket, not cumulative; one bucket per bound, and one for all longer
   *     times
   * @param sum seconds over all jobs
   * @param p50 median of the recent jobs; empty if there are none
   * @param p95 95th percentile of the recent jobs; empty if there are none
   */
  public record Distribution(
      @WireName("bounds") List<Double> bounds,
      @WireName("counts") List<Long> counts,
      @WireName("sum") double sum,
      @WireName("p50") Optional<Duration> p50,
      @WireName("p95") Optional<Duration> p95) {

    /** No job yet. */
    public static final Distribution EMPTY =
        new Distribution(List.of(), List.of(0L), 0, Optional.empty(), Optional.empty());

    /** Keeps copies. */
    public Distribution {
      bounds = List.copyOf(bounds);
      counts = List.copyOf(counts);
      if (counts.size() != bounds.size() + 1) {
        throw new IllegalArgumentException(
            "counts (" + counts.size() + ") must be one more than bounds (" + bounds.size() + ")");
      }
    }

    /** Number of jobs. */
    public long count() {
      return counts.stream().mapToLong(Long::longValue).sum();
    }
  }
}
