package io.rqorchestrator.rq;

import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Set;

/** The port through which samples are asked for. The answer comes later, as a message. */
public interface RqView {

  /** While Redis is away it is asked again at growing intervals, of this at most. */
  Duration LONGEST_RETRY = Duration.ofSeconds(5);

  /**
   * Asks for a sample. Never blocks; of the requests made while an earlier one is still unanswered
   * one waits and the others are dropped, so that a hung Redis cannot pile up work.
   *
   * @param workerNames workers to read even if RQ's own set of workers does not list them
   * @param deadNames those of them that died: RQ is also asked how long it counts their jobs as
   *     running
   * @param everywhere whether to read workers on other queues, too, up to a bound
   */
  void requestSample(Set<String> workerNames, Set<String> deadNames, boolean everywhere);

  /**
   * Asks the workers' own keys which job each holds now. Never blocks, and does not wait for a
   * sample. While Redis is away there is no answer.
   *
   * @param workerNames RQ's names of them
   * @param now comes back with the answer
   */
  void requestJobs(Set<String> workerNames, Tick now);

  /**
   * Asks for jobs that are queued and in no worker's hand, and not in their queues either. Never
   * blocks. The answer may take minutes where Redis holds millions of keys; it says so if there is
   * none.
   *
   * @param now comes back with the answer
   */
  void requestHanded(HandedQuestion question, Tick now);

  /**
   * Puts a job back to the head of its queue, unless somebody has begun it, or put it back. Never
   * blocks; the answer says what became of it.
   */
  void putBack(HandedJob job);
}
