package io.rqorchestrator.pool;

/** What the planner aims for: running the pool, waiting for data, or stopping. */
public enum PoolMode {
  /** Keep the pool at its target. */
  RUN,
  /** Start and retire no worker, because samples are missing or RQ is suspended. */
  WAIT,
  /** Drain every worker. */
  STOP,
  /** Stop every worker now, jobs included. */
  COLD_STOP
}
