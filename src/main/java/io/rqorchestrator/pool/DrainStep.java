package io.rqorchestrator.pool;

import io.rqorchestrator.wire.WireName;

/**
 * How far a drain has come. Each step is taken once: outside our worker host RQ takes a second
 * SIGTERM more than a second after the first as "kill the job".
 */
public enum DrainStep {
  /** Marked, not signalled: its signal handlers are not in place yet. */
  @WireName("marked")
  MARKED,
  /** SIGTERM sent: it finishes its job and goes. */
  @WireName("asked")
  ASKED,
  /**
   * It seems to hang: SIGCONT sent, in case it was stopped, and to our worker host SIGTERM again.
   * It may have been handed a job that it has not begun.
   */
  @WireName("woken")
  WOKEN,
  /** The cold stop, which kills the job. */
  @WireName("cold")
  COLD,
  /** SIGKILL sent to the worker and its descendants. */
  @WireName("killed")
  KILLED;

  /** Whether a job in hand is ended by it. */
  public boolean isViolent() {
    return this == COLD || this == KILLED;
  }
}
