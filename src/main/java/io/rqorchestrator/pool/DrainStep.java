package io.rqorchestrator.pool;

/**
 * How far a drain has come. Each step is taken once: outside our worker host RQ takes a second
 * SIGTERM more than a second after the first as "kill the job".
 */
public enum DrainStep {
  /** Marked, not signalled: its signal handlers are not in place yet. */
  MARKED,
  /** SIGTERM sent: it finishes its job and goes. */
  ASKED,
  /** Told to leave its job: SIGQUIT in our worker host, elsewhere RQ's second SIGTERM. */
  COLD,
  /** SIGKILL sent to the worker and its descendants. */
  KILLED
}
