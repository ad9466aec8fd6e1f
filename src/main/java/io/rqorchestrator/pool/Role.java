package io.rqorchestrator.pool;

/** What a worker is to its pool. */
public enum Role {
  /** One of the {@code --min-workers}: runs RQ's scheduler and is retired last. */
  CORE,
  /** Added for the load and retired first; runs no scheduler, unless min is 0. */
  ELASTIC
}
