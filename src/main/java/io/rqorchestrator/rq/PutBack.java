package io.rqorchestrator.rq;

/** The result of an attempt to put a job back into its queue. */
public enum PutBack {
  /** The job is at the head of its queue. */
  DONE,
  /** The job has been started, put back or removed in the meantime. */
  NOT_NEEDED,
  /** The attempt failed for now and may be repeated. */
  LATER,
  /** Redis refuses the command or is too old for it. */
  REFUSED
}
