package io.rqorchestrator.pool;

/**
 * How far a drain has come. Each step is taken once: RQ takes a second SIGTERM more than a second
 * after the first as "kill the job".
 */
public enum DrainStep {
  /** Marked, not signalled: its signal handlers are not in place yet. */
  MARKED,
  /** SIGTERM sent: it finishes its job and goes. */
  ASKED,
  /** A second SIGTERM sent: RQ's cold stop, which kills the job. */
  COLD,
  /** SIGKILL sent to the worker and its descendants. */
  KILLED
}
