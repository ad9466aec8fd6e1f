package io.rqorchestrator.pool;

import io.rqorchestrator.rq.JobInHand;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Optional;

/**
 * A read of a worker's own keys for the job that it holds now. Required before a step that may end
 * the worker's job.
 *
 * @param askedAt when the read was requested
 * @param answered whether the answer has come
 * @param found the job in the answer; empty if Redis has no keys of the worker, or the worker's
 *     name is unknown
 */
public record JobCheck(Tick askedAt, boolean answered, Optional<JobInHand> found) {

  /** Timeout of an answer: Redis may be away. */
  private static final Duration TIMEOUT = Duration.ofMillis(500);

  /** Age from which a check is outdated and has to be repeated. */
  private static final Duration FRESH = Duration.ofSeconds(2);

  /** Whether the check is recent enough to act on. */
  boolean isFresh(Tick now) {
    return !now.hasPassed(FRESH, askedAt);
  }

  /** Whether the answer has come or has timed out. */
  boolean isAnsweredOrTimedOut(Tick now) {
    return answered || now.hasPassed(TIMEOUT, askedAt);
  }

  /**
   * Whether the answer is certain: Redis had the worker's keys, or the worker has never had any.
   */
  public boolean isConclusive(Worker worker) {
    return answered && (found.isPresent() || worker.record().isEmpty());
  }

  /** Whether the worker certainly holds no job. */
  boolean showsNoJob(Worker worker) {
    return isConclusive(worker) && found.filter(JobInHand::busy).isEmpty();
  }
}
