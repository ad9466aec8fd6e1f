package io.rqorchestrator.scaling;

/**
 * Formats numbers for reasons. Reasons are written at every decision, so this avoids the cost of a
 * {@link java.util.Formatter}.
 */
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
}
