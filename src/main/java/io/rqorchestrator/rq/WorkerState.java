package io.rqorchestrator.rq;

import java.util.Locale;

/**
 * The {@code state} that an RQ worker writes into its record.
 *
 * <p>{@code STARTED} comes before RQ's signal handlers are installed, {@code IDLE} after; {@code
 * BUSY} is written only after the job has left its queue.
 */
public enum WorkerState {
  /** No record, no such field, or a value RQ does not write. */
  UNKNOWN,
  /** Registered, signal handlers not yet installed. */
  STARTED,
  /** Waiting for a job. */
  IDLE,
  /** Holds a job. */
  BUSY,
  /** Held by {@code rq suspend}. */
  SUSPENDED;

  /** The state RQ means by {@code text}; anything unknown is {@link #UNKNOWN}. */
  public static WorkerState of(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "started" -> STARTED;
      case "idle" -> IDLE;
      case "busy" -> BUSY;
      case "suspended" -> SUSPENDED;
      default -> UNKNOWN;
    };
  }

  /** Whether RQ's own signal handlers are in place, so that SIGTERM means "finish and stop". */
  public boolean canBeSignalled() {
    return this == IDLE || this == BUSY || this == SUSPENDED;
  }
}
