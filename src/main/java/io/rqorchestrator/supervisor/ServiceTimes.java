package io.rqorchestrator.supervisor;

import io.rqorchestrator.measure.JobLedger;
import io.rqorchestrator.rq.RqQueue;
import io.rqorchestrator.time.Seconds;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How long workers are taken up by jobs, in seconds, as far as jobs that have ended tell. Before
 * the first has, the jobs in hand tell how long it takes at least.
 */
final class ServiceTimes {

  /** What a job takes while nothing at all is known. */
  private static final double PRIOR_SECONDS = 1;

  /** Less than this no worker needs for a job. */
  private static final double LEAST_SECONDS = 0.001;

  private final JobLedger jobs;

  ServiceTimes(JobLedger jobs) {
    this.jobs = jobs;
  }

  /**
   * The mean over all queues.
   *
   * @param inHand for how long each job in hand has been there
   */
  double mean(List<Duration> inHand, Tick now) {
    OptionalDouble recent = jobs.recent(now).durations().mean();
    OptionalDouble known = recent.isPresent() ? recent : jobs.totals().durations().mean();
    return Math.max(LEAST_SECONDS, known.orElseGet(() -> prior(inHand)));
  }

  /**
   * What one worker would take for all that waits.
   *
   * @param mean for a job of a queue of which none has ended yet
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
