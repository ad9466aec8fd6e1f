package io.rqorchestrator.rq;

/**
 * A job that RQ counts as queued but that is not in its queue: Redis has handed it to a worker that
 * has not started it.
 *
 * @param id RQ's id of the job
 * @param queue name of the queue it came from
 * @param trace where it was found
 */
public record HandedJob(String id, String queue, Trace trace) {

  /** Where a job was found that is not in its queue. */
  public enum Trace {
    /** In {@code rq:queue:QUEUE:intermediate}, where RQ keeps what one worker has popped. */
    INTERMEDIATE,
    /** In no list, but the worker's own key names it. */
    NAMED,
    /** In no list; only the job's own record is there. */
    SEARCHED
  }
}
