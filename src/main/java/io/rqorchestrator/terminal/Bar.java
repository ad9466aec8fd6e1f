package io.rqorchestrator.terminal;

import io.rqorchestrator.terminal.Style.Ink;
import java.util.OptionalDouble;

/** Utilization as a bar from 0 to 1, with marks for the two thresholds, if there are any. */
final class Bar {

  private Bar() {}

  /**
   * Draws.
   *
   * @param share filled part of the bar; above 1 the bar is full
   * @param threshold position of the upper mark; the lower mark is at half of it
   */
  static String of(double share, OptionalDouble threshold, int width, Style style) {
    int filled = (int) Math.round(Math.min(1, Math.max(0, share)) * width);
    boolean hasMarks = threshold.isPresent();
    double grow = threshold.orElse(Double.POSITIVE_INFINITY);
    int upper = column(grow, width);
    int lower = column(grow / 2, width);
    Ink ink = share > grow ? Ink.BAD : hasMarks && share < grow / 2 ? Ink.FAINT : Ink.GOOD;
    StringBuilder full = new StringBuilder();
    StringBuilder empty = new StringBuilder();
    for (int i = 0; i < width; i++) {
      boolean marked = hasMarks && (i == upper || i == lower);
      if (i < filled) {
        full.append(marked ? (style.unicode() ? '╂' : '+') : (style.unicode() ? '━' : '#'));
      } else {
        empty.append(marked ? (style.unicode() ? '┃' : '|') : (style.unicode() ? '·' : '.'));
      }
    }
    return style.paint(ink, full.toString()) + style.paint(Ink.FAINT, empty.toString());
  }

  private static int column(double share, int width) {
    return (int) Math.min(width - 1L, Math.round(share * width));
  }
}
