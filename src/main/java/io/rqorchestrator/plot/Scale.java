package io.rqorchestrator.plot;

import java.util.ArrayList;
import java.util.List;

/**
 * Maps values to pixels, with round ticks.
 *
 * @param from value at {@code start}
 * @param to value at {@code end}, more than {@code from}
 * @param start pixel of {@code from}
 * @param end pixel of {@code to}
 */
record Scale(double from, double to, double start, double end) {

  double pixel(double value) {
    return start + (value - from) / (to - from) * (end - start);
  }

  /** Round values within the scale, about {@code wanted} of them: steps of 1, 2 or 5. */
  List<Double> ticks(int wanted) {
    double step = step((to - from) / wanted);
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** The smallest round step that is at least {@code rough}. */
  static double step(double rough) {
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= rough * (1 - 1e-9)) {
        return factor * power;
      }
    }
    return 10 * power;
  }
}
