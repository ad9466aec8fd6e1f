package io.rqorchestrator.scaling;

import java.time.Duration;

/** Durations as seconds. */
final class Seconds {

  private Seconds() {}

  /** As a number. */
  static double of(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  /** As people read them: {@code 5s}, {@code 0.25s}. */
  static String text(Duration duration) {
    double seconds = of(duration);
    return (seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Digits.two(seconds))
        + "s";
  }
}
