package io.rqorchestrator.rq;

/** What became of the attempt to put a job back into its queue. */
public enum PutBack {
  /** It is at the head of its queue. */
  DONE,
  /** Somebody has begun it, put it back or removed it meanwhile. */
  NOT_NEEDED,
  /** It could not be done now, and may be tried again. */
  LATER,
  /** Redis refuses it, or is too old for it. */
  REFUSED
}
