package io.rqorchestrator.rq;

import java.util.Locale;

/**
 * The {@code state} that an RQ worker writes into its record.
 *
 * <p>A worker writes {@code STARTED} before it installs RQ's signal handlers, and {@code IDLE}
 * afterwards. It writes {@code BUSY} only after the job has left its queue.
 */
public enum WorkerState {
  /** There is no record, no such field, or a value that RQ does not write. */
  UNKNOWN,
  /** Registered, signal handlers not yet installed. */
  STARTED,
  /** Waiting for a job. */
  IDLE,
  /** Holds a job. */
  BUSY,
  /** Held by {@code rq suspend}. */
  SUSPENDED;

  /** The state that {@code text} stands for in RQ; {@link #UNKNOWN} for any other text. */
  public static WorkerState of(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "started" -> STARTED;
      case "idle" -> IDLE;
      case "busy" -> BUSY;
      case "suspended" -> SUSPENDED;
      default -> UNKNOWN;
    };
  }

  /**
   * Whether RQ's own signal handlers are installed, so that SIGTERM means "finish the job and
   * stop".
   */
  public boolean canBeSignalled() {
    return this == IDLE || this == BUSY || this == SUSPENDED;
  }
}
