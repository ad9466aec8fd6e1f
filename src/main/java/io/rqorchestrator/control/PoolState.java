package io.rqorchestrator.control;

import io.rqorchestrator.wire.WireName;

/** What the pool is up to. If several hold, the first of them in this order is its state. */
public enum PoolState {
  /** Every worker is stopped now, jobs included. */
  @WireName("cold_stop")
  COLD_STOP("cold stop"),
  /** The daemon stops; every worker finishes its job. */
  @WireName("draining")
  DRAINING("draining"),
  /** The daemon has just begun: Redis was asked, and has neither answered nor failed to. */
  @WireName("starting")
  STARTING("starting"),
  /** Samples fail: nothing is started or retired. */
  @WireName("waiting_for_redis")
  WAITING_FOR_REDIS("waiting for Redis"),
  /** {@code rq suspend} is in force: nothing is started or retired. */
  @WireName("suspended")
  SUSPENDED("suspended"),
  /** Workers fail again and again. */
  @WireName("degraded")
  DEGRADED("degraded"),
  /** Workers are being replaced, one after the other. */
  @WireName("restarting")
  RESTARTING("restarting"),
  /** An operator paused the scaling; the size stays. */
  @WireName("paused")
  PAUSED("paused"),
  /** An operator holds the pool at a size. */
  @WireName("held")
  HELD("held"),
  /** The size follows the load. */
  @WireName("running")
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
