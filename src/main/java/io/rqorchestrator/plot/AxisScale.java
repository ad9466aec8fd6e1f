package io.rqorchestrator.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Maps values to pixels, with ticks at round values.
 *
 * @param from value at {@code start}
 * @param to value at {@code end}, more than {@code from}
 * @param start pixel of {@code from}
 * @param end pixel of {@code to}
 * @param step distance between two ticks, as a value
 */
record AxisScale(double from, double to, double start, double end, double step) {

  private static final double ROUNDING = 1e-9;

  /** A scale from 0 to {@code to} with at most {@code most} steps. */
  static AxisScale of(double to, double start, double end, int most) {
    return new AxisScale(0, to, start, end, roundStep(to / most));
  }

  /** The same for counts: all ticks are whole numbers. */
  static AxisScale ofCounts(double to, double start, double end, int most) {
    return new AxisScale(0, to, start, end, Math.max(1, roundStep(to / most)));
  }

  double pixel(double value) {
    return start + (value - from) / (to - from) * (end - start);
  }

  /** The values of the ticks, from the lowest to the highest. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(from / step - ROUNDING); i * step <= to + step * ROUNDING; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** The text of a tick, with the fewest decimals that distinguish it from its neighbours. */
  String label(double tick) {
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + ROUNDING));
    return String.format(Locale.ROOT, "%." + decimals + "f", tick);
  }

  /** The smallest of 1, 2, 5, 10, 20, ... and 0.5, 0.2, 0.1, ... that is at least {@code rough}. */
  static double roundStep(double rough) {
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= rough * (1 - ROUNDING)) {
        return factor * power;
      }
    }
    return 10 * power;
  }
}
