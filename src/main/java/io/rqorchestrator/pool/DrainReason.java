package io.rqorchestrator.pool;

/** Why a worker was asked to go, or is to be replaced. */
public enum DrainReason {
  /** The load fell. */
  RETIRE("retire"),
  /** The daemon stops. */
  STOP("stop"),
  /** It did not register in time. */
  START_TIMEOUT("start timeout"),
  /** A rolling restart replaces it. */
  RESTART("restart"),
  /** It has done its share of jobs, grown old, or grown fat. */
  RECYCLE("recycle"),
  /** It shows no sign of life while jobs wait. */
  UNRESPONSIVE("unresponsive"),
  /** Redis has lost all that was known of it, and it does not write again. */
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
