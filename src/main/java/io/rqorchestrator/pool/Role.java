package io.rqorchestrator.pool;

import io.rqorchestrator.wire.WireName;

/** Whether a worker belongs to the permanent core or was added for load. */
public enum Role {
  /** One of the {@code --min-workers}: runs RQ's scheduler and is retired last. */
  @WireName("core")
  CORE,
  /** Added for load and retired first; runs no scheduler, unless min is 0. */
  @WireName("elastic")
  ELASTIC
}
