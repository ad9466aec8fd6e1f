package io.rqorchestrator.simulation;

import java.time.Duration;
import java.util.List;

/**
 * The jobs of one queue.
 *
 * @param name the name for people
 * @param jobs in the order of their arrivals
 * @param span how long jobs may arrive; a simulation lasts at least as long, and until the last job
 *     is done
 */
public record Workload(String name, List<Job> jobs, Duration span) {

  /**
   * The largest sum of job lengths. A simulation could not finish more, and its clock does not
   * overflow up to here.
   */
  public static final Duration MOST_WORK = Duration.ofDays(36_500);

  /** Keeps a copy, and refuses jobs that are out of order or beyond the span. */
  public Workload {
    jobs = List.copyOf(jobs);
    Duration last = Duration.ZERO;
    for (Job job : jobs) {
      if (job.arrival().compareTo(last) < 0) {
        throw new IllegalArgumentException("jobs must be in the order of their arrivals");
      }
      last = job.arrival();
    }
    if (last.compareTo(span) > 0) {
      throw new IllegalArgumentException(
          "the last arrival (%s) must lie within the span (%s)".formatted(last, span));
    }
  }

  /** The time that one worker would need for all jobs. */
  public Duration work() {
    return jobs.stream().map(Job::length).reduce(Duration.ZERO, Duration::plus);
  }
}
