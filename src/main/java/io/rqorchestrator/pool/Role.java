package io.rqorchestrator.pool;

/** What a worker is to its pool. */
public enum Role {
  /** One of the {@code --min-workers}: runs RQ's scheduler and is retired last. */
  CORE,
  /** Added for the load, retired first. RQ hands a dead scheduler's lock on only after minutes. */
  ELASTIC
}
