package io.rqorchestrator.pool;

/** What the daemon wants of its pool. */
public enum PoolMode {
  /** Keep it at its target. */
  RUN,
  /** Samples are missing or RQ is suspended: start and retire nothing. */
  WAIT,
  /** Drain every worker. */
  STOP,
  /** Stop every worker now, jobs included. */
  COLD_STOP
}
