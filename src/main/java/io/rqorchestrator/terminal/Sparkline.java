package io.rqorchestrator.terminal;

import java.util.List;

/** A curve in one line of text. */
final class Sparkline {

  private static final String BLOCKS = "▁▂▃▄▅▆▇█";
  private static final String ASCII = "_.-=+*%#";

  private Sparkline() {}

  /**
   * Draws the newest values at the right. If there are more values than columns, each column shows
   * the greatest of its values, so that no peak is lost.
   *
   * @param values oldest first, 0 or more
   */
  static String of(List<Double> values, int width, Style style) {
    int columns = Math.min(width, values.size());
    double top = Math.max(1, values.stream().mapToDouble(Double::doubleValue).max().orElse(1));
    StringBuilder line = new StringBuilder(" ".repeat(width - columns));
    for (int i = 0; i < columns; i++) {
      int from = (int) ((long) i * values.size() / columns);
      int to = (int) ((i + 1L) * values.size() / columns);
      double peak =
          values.subList(from, to).stream().mapToDouble(Double::doubleValue).max().orElse(0);
      line.append(character(peak, top, style));
    }
    return line.toString();
  }

  /**
   * The character for a value. Only 0 gets a dot or a blank, so that the smallest other value is
   * visible.
   */
  private static char character(double value, double top, Style style) {
    if (value <= 0) {
      return style.unicode() ? '·' : ' ';
    }
    int step = (int) Math.ceil(value / top * BLOCKS.length()) - 1;
    return (style.unicode() ? BLOCKS : ASCII).charAt(Math.max(0, Math.min(7, step)));
  }
}
