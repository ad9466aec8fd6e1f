package io.rqorchestrator.rq;

import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Set;

/** The port for requesting samples. Every answer comes later, as a message. */
public interface RqView {

  /** While Redis cannot be reached, requests are repeated at growing intervals, up to this one. */
  Duration LONGEST_RETRY = Duration.ofSeconds(5);

  /**
   * Requests a sample. Never blocks. While an earlier request is unanswered, only one further
   * request is kept, so that requests do not pile up when Redis hangs.
   *
   * @param workerNames workers to read even if RQ's own set of workers does not list them
   * @param deadNames those of them that died; the sample also shows how long RQ counts their jobs
   *     as running
   * @param everywhere whether to read workers on other queues, too, up to a limit
   */
  void requestSample(Set<String> workerNames, Set<String> deadNames, boolean everywhere);

  /**
   * Requests the job that each worker holds now, from the workers' own keys. Never blocks, and does
   * not wait for a sample. While Redis cannot be reached, no answer comes.
   *
   * @param workerNames RQ's names of the workers
   * @param now comes back with the answer
   */
  void requestJobs(Set<String> workerNames, Tick now);

  /**
   * Requests the jobs that RQ counts as queued, that no worker has started and that are not in
   * their queues. Never blocks. The answer may take minutes if Redis holds millions of keys; a
   * message comes even if the search fails.
   *
   * @param now comes back with the answer
   */
  void requestHanded(HandedQuestion question, Tick now);

  /**
   * Puts a job back at the head of its queue, unless it was started or put back in the meantime.
   * Never blocks; the answer is a {@link PutBack}.
   */
  void putBack(HandedJob job);
}
