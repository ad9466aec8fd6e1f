package io.rqorchestrator.pool;

import io.rqorchestrator.wire.WireName;

/** Why a worker was asked to go, or is to be replaced. */
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
  /** It has done its share of jobs, grown old, or grown fat. */
  @WireName("recycle")
  RECYCLE("recycle"),
  /** It shows no sign of life while jobs wait. */
  @WireName("unresponsive")
  UNRESPONSIVE("unresponsive"),
  /** Redis has lost all that was known of it, and it does not write again. */
  @WireName("forgotten")
  FORGOTTEN("forgotten");

  private final String text;

  DrainReason(String text) {
    this.text = text;
  }

  /** Whether another worker takes the place of this very one. */
  boolean replaces() {
    return this == RESTART || this == RECYCLE || this == UNRESPONSIVE || this == FORGOTTEN;
  }

  /** How a line about it begins. */
  public String text() {
    return text;
  }
}
