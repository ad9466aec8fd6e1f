package io.rqorchestrator.rq;

import java.util.Map;

/**
 * All jobs of one worker, as its host measured them. Includes jobs that left no trace in Redis and
 * jobs shorter than the time between two samples.
 *
 * @param waits times from enqueueing a job to the worker taking it
 * @param durations times from the worker taking a job until it is ready for the next, fork and
 *     bookkeeping included
 * @param queues the durations by the job's queue
 */
public record JobSamples(Histogram waits, Histogram durations, Map<String, Service> queues) {

  /** No jobs yet. */
  public static final JobSamples NONE = new JobSamples(Histogram.EMPTY, Histogram.EMPTY, Map.of());

  /** Keeps a copy. */
  public JobSamples {
    queues = Map.copyOf(queues);
  }

  /**
   * Jobs of one queue.
   *
   * @param jobs number of jobs that have ended
   * @param seconds the sum of their durations
   */
  public record Service(long jobs, double seconds) {

    /** No jobs. */
    public static final Service NONE = new Service(0, 0);

    /** These jobs and {@code others}. */
    public Service plus(Service others) {
      return new Service(jobs + others.jobs, seconds + others.seconds);
    }

    /** The jobs that ended since {@code earlier}. */
    public Service minus(Service earlier) {
      return new Service(jobs - earlier.jobs, seconds - earlier.seconds);
    }
  }
}
