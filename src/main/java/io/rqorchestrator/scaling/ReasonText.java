package io.rqorchestrator.scaling;

import io.rqorchestrator.time.Seconds;
import java.time.Duration;

/** Numbers as reasons show them: written at every decision, so without the cost of a Formatter. */
final class ReasonText {

  private ReasonText() {}

  /**
   * With two decimals, such as {@code 0.05}.
   *
   * @param value 0 or more
   */
  static String two(double value) {
    long hundredths = Math.round(value * 100);
    long rest = hundredths % 100;
    return hundredths / 100 + (rest < 10 ? ".0" : ".") + rest;
  }

  /** With its unit, such as {@code 5s}, {@code 0.25s} or {@code 15ms}. */
  static String seconds(Duration duration) {
    double seconds = Seconds.of(duration);
    if (seconds > 0 && seconds < 0.1) {
      return Math.round(seconds * 1000) + "ms";
    }
    return (seconds == Math.rint(seconds) ? Long.toString((long) seconds) : two(seconds)) + "s";
  }
}
