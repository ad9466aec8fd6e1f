package io.rqorchestrator.pool;

import io.rqorchestrator.wire.WireName;

/** Why a worker drains or is to be replaced. */
public enum DrainReason {
  /** The load fell. */
  @WireName("retire")
  RETIRE("retire"),
  /** The daemon stops. */
  @WireName("stop")
  STOP("stop"),
  /** It did not register in time. */
  @WireName("start_timeout")
  START_TIMEOUT("start timeout"),
  /** A rolling restart replaces it. */
  @WireName("restart")
  RESTART("restart"),
  /** It is beyond the limit of jobs, age or memory. */
  @WireName("recycle")
  RECYCLE("recycle"),
  /** It shows no sign of life while jobs wait. */
  @WireName("unresponsive")
  UNRESPONSIVE("unresponsive"),
  /** Redis has lost the worker's record, and the worker does not write it again. */
  @WireName("forgotten")
  FORGOTTEN("forgotten");

  private final String text;

  DrainReason(String text) {
    this.text = text;
  }

  /** Whether a successor takes the drained worker's place. */
  boolean replaces() {
    return this == RESTART || this == RECYCLE || this == UNRESPONSIVE || this == FORGOTTEN;
  }

  /** The words at the beginning of a log line about such a drain. */
  public String text() {
    return text;
  }
}
