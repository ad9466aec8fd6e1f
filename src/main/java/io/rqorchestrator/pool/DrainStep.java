package io.rqorchestrator.pool;

import io.rqorchestrator.wire.WireName;

/**
 * How far a drain has come. Each step is taken once, because RQ outside our worker host kills the
 * job on a second SIGTERM that comes more than a second after the first.
 */
public enum DrainStep {
  /** No signal sent yet, because the worker's signal handlers are not in place. */
  @WireName("marked")
  MARKED,
  /** SIGTERM sent: the worker finishes its job and ends. */
  @WireName("asked")
  ASKED,
  /**
   * The worker seems to hang: SIGCONT sent, in case the process was stopped, and SIGTERM again if
   * our worker host runs it. The worker may have been handed a job that it has not begun.
   */
  @WireName("woken")
  WOKEN,
  /** Cold stop requested, which kills the job. */
  @WireName("cold")
  COLD,
  /** SIGKILL sent to the worker and its descendants. */
  @WireName("killed")
  KILLED;

  /** Whether this step ends a job that the worker still holds. */
  public boolean mayEndJob() {
    return this == COLD || this == KILLED;
  }
}
