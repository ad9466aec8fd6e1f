package io.rqorchestrator.control;

import io.rqorchestrator.wire.WireName;

/** What the pool is doing. If several states apply, the first of them in this order is shown. */
public enum PoolState {
  /** Every worker is stopped now, jobs included. */
  @WireName("cold_stop")
  COLD_STOP("cold stop"),
  /** The daemon stops; every worker finishes its job. */
  @WireName("draining")
  DRAINING("draining"),
  /**
   * The daemon has just begun: the first sample was requested, and has neither arrived nor failed.
   */
  @WireName("starting")
  STARTING("starting"),
  /** Samples fail: nothing is started or retired. */
  @WireName("waiting_for_redis")
  WAITING_FOR_REDIS("waiting for Redis"),
  /** {@code rq suspend} is in force: nothing is started or retired. */
  @WireName("suspended")
  SUSPENDED("suspended"),
  /** Workers fail repeatedly. */
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

  /** The state as shown to people. */
  public String text() {
    return text;
  }
}
