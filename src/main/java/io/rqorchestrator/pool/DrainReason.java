package io.rqorchestrator.pool;

/** Why a worker was asked to go. */
public enum DrainReason {
  /** The load fell. */
  RETIRE,
  /** The daemon stops. */
  STOP,
  /** It did not register in time. */
  START_TIMEOUT
}
