package io.rqorchestrator.rq;

/**
 * A job that RQ counts as queued and that is not in its queue: Redis has handed it to a worker
 * which has not begun it.
 *
 * @param id RQ's id of it
 * @param queue name of the queue that it came from
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
