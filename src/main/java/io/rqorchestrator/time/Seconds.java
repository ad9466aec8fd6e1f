package io.rqorchestrator.time;

import java.time.Duration;

/** Durations as seconds, for calculations. */
public final class Seconds {

  private Seconds() {}

  /** As a number, to the nanosecond. */
  public static double of(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
