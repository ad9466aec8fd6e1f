package io.rqorchestrator.pool;

import io.rqorchestrator.wire.WireName;

/** What a worker is to its pool. */
public enum Role {
  /** One of the {@code --min-workers}: runs RQ's scheduler and is retired last. */
  @WireName("core")
  CORE,
  /** Added for the load and retired first; runs no scheduler, unless min is 0. */
  @WireName("elastic")
  ELASTIC
}
