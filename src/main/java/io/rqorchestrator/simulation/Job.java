package io.rqorchestrator.simulation;

import java.time.Duration;

/**
 * A job of a workload.
 *
 * @param arrival when it is enqueued, from the workload's beginning, 0 or more
 * @param length how long it keeps a worker busy, fork and bookkeeping included, 0 or more
 */
public record Job(Duration arrival, Duration length) {

  /** Refuses negative times. */
  public Job {
    if (arrival.isNegative() || length.isNegative()) {
      throw new IllegalArgumentException(
          "arrival (%s) and length (%s) must not be negative".formatted(arrival, length));
    }
  }
}
