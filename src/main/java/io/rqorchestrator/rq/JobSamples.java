package io.rqorchestrator.rq;

import java.util.Map;

/**
 * The jobs of one worker's life as its host measured them, exactly: also those that left no trace
 * in Redis, and those shorter than the time between two samples.
 *
 * @param waits from being enqueued to being taken by the worker
 * @param durations from being taken to the worker being done with it, fork and bookkeeping included
 * @param queues the durations by the queue that the job came from
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
   * @param jobs how many have ended
   * @param seconds the sum of their durations
   */
  public record Service(long jobs, double seconds) {

    /** No jobs. */
    public static final Service NONE = new Service(0, 0);

    /** These jobs and {@code others}. */
    public Service plus(Service others) {
      return new Service(jobs + others.jobs, seconds + others.seconds);
    }

    /** What came since {@code earlier}. */
    public Service minus(Service earlier) {
      return new Service(jobs - earlier.jobs, seconds - earlier.seconds);
    }
  }
}
