package io.rqorchestrator.supervisor;

import io.rqorchestrator.measure.JobLedger;
import io.rqorchestrator.rq.RqQueue;
import io.rqorchestrator.time.Seconds;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Estimates how long a job occupies a worker, in seconds, from jobs that have ended. Before the
 * first job has ended, the ages of running jobs are a lower bound.
 */
final class ServiceTimes {

  /** Estimate while no job has been seen. */
  private static final double PRIOR_SECONDS = 1;

  /** Shortest estimate of a job. */
  private static final double LEAST_SECONDS = 0.001;

  private final JobLedger jobs;

  ServiceTimes(JobLedger jobs) {
    this.jobs = jobs;
  }

  /**
   * The mean over all queues.
   *
   * @param inHand age of each running job
   */
  double mean(List<Duration> inHand, Tick now) {
    OptionalDouble recent = jobs.recent(now).durations().mean();
    OptionalDouble known = recent.isPresent() ? recent : jobs.totals().durations().mean();
    return Math.max(LEAST_SECONDS, known.orElseGet(() -> prior(inHand)));
  }

  /**
   * The time that one worker would need for all queued jobs.
   *
   * @param mean estimate for a job of a queue of which no job has ended yet
   */
  double queued(List<RqQueue> queues, double mean, Tick now) {
    return queues.stream()
        .filter(queue -> queue.queued() > 0)
        .mapToDouble(queue -> queue.queued() * jobs.serviceSeconds(now, queue.name()).orElse(mean))
        .sum();
  }

  private static double prior(List<Duration> inHand) {
    double mean = inHand.stream().mapToDouble(Seconds::of).average().orElse(PRIOR_SECONDS);
    return Math.max(PRIOR_SECONDS, mean);
  }
}
