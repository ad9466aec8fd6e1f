package io.rqorchestrator.scaling;

import java.time.Duration;

/** Durations as seconds. */
final class Seconds {

  private Seconds() {}

  /** As a number. */
  static double of(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  /** As people read them: {@code 5s}, {@code 0.25s}, {@code 15ms}. */
  static String text(Duration duration) {
    double seconds = of(duration);
    if (seconds > 0 && seconds < 0.1) {
      return Math.round(seconds * 1000) + "ms";
    }
    return (seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Digits.two(seconds))
        + "s";
  }
}
