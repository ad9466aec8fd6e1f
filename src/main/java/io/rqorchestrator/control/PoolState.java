package io.rqorchestrator.control;

/** What the pool is up to. If several hold, the first of them in this order is its state. */
public enum PoolState {
  /** Every worker is stopped now, jobs included. */
  COLD_STOP("cold stop"),
  /** The daemon stops; every worker finishes its job. */
  DRAINING("draining"),
  /** The daemon has just begun: Redis was asked, and has neither answered nor failed to. */
  STARTING("starting"),
  /** Samples fail: nothing is started or retired. */
  WAITING_FOR_REDIS("waiting for Redis"),
  /** {@code rq suspend} is in force: nothing is started or retired. */
  SUSPENDED("suspended"),
  /** Workers fail again and again. */
  DEGRADED("degraded"),
  /** Workers are being replaced, one after the other. */
  RESTARTING("restarting"),
  /** An operator paused the scaling; the size stays. */
  PAUSED("paused"),
  /** An operator holds the pool at a size. */
  HELD("held"),
  /** The size follows the load. */
  RUNNING("running");

  private final String text;

  PoolState(String text) {
    this.text = text;
  }

  /** How it reads in a line. */
  public String text() {
    return text;
  }
}
