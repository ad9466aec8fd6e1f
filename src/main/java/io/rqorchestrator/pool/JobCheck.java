package io.rqorchestrator.pool;

import io.rqorchestrator.rq.JobInHand;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Optional;

/**
 * A worker's keys are asked which job it holds now. Whoever is to end a worker asks first.
 *
 * @param askedAt when they were asked
 * @param answered whether the answer is there
 * @param found what it says; empty if Redis has nothing of the worker, or it has no known name
 */
public record JobCheck(Tick askedAt, boolean answered, Optional<JobInHand> found) {

  /** A stop does not wait longer for the answer: Redis may be away. */
  private static final Duration PATIENCE = Duration.ofMillis(500);

  /** What is older says nothing of now, and is asked again. */
  private static final Duration FRESH = Duration.ofSeconds(2);

  /** Whether it tells of now. */
  boolean isFresh(Tick now) {
    return !now.hasPassed(FRESH, askedAt);
  }

  /** Whether nobody has to wait for it any more. */
  boolean isOver(Tick now) {
    return answered || now.hasPassed(PATIENCE, askedAt);
  }

  /** Whether the keys were there to tell, or could not be. */
  public boolean tellsOf(Worker worker) {
    return answered && (found.isPresent() || worker.record().isEmpty());
  }

  /**
   * Whether it says that the worker holds no job. Where Redis has nothing of a worker it says so
   * only of one that has never been seen there.
   */
  boolean clears(Worker worker) {
    return tellsOf(worker) && found.filter(JobInHand::busy).isEmpty();
  }
}
