package io.rqorchestrator.plot;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * A line, made of unbroken stretches; it has gaps where no values are known.
 *
 * @param stretches each with at least one point, from left to right
 */
record Line(List<List<Point>> stretches) {

  private static final Comparator<Point> BY_VALUE = Comparator.comparingDouble(Point::value);

  /**
   * Draws a line through points.
   *
   * @param points from left to right; NaN means that the value is not known
   * @param longestGap largest distance of two points that are joined
   */
  static Line through(List<Point> points, double longestGap) {
    List<List<Point>> stretches = new ArrayList<>();
    List<Point> stretch = new ArrayList<>();
    double last = 0;
    for (Point point : points) {
      boolean known = !Double.isNaN(point.value());
      if (!stretch.isEmpty() && (!known || point.x() - last > longestGap)) {
        stretches.add(stretch);
        stretch = new ArrayList<>();
      }
      if (known) {
        stretch.add(point);
        last = point.x();
      }
    }
    if (!stretch.isEmpty()) {
      stretches.add(stretch);
    }
    return new Line(stretches);
  }

  /**
   * The same line with at most four points per pixel column: the first, lowest, highest and last
   * value. It looks the same, and the picture of a day is no larger than that of a minute.
   */
  Line thinned(AxisScale x) {
    return new Line(stretches.stream().map(stretch -> thinned(stretch, x)).toList());
  }

  private static List<Point> thinned(List<Point> stretch, AxisScale x) {
    List<Point> thin = new ArrayList<>();
    int begin = 0;
    for (int i = 1; i <= stretch.size(); i++) {
      if (i == stretch.size() || column(stretch.get(i), x) != column(stretch.get(begin), x)) {
        thin.addAll(outline(stretch.subList(begin, i)));
        begin = i;
      }
    }
    return thin;
  }

  private static long column(Point point, AxisScale x) {
    return (long) Math.floor(x.pixel(point.x()));
  }

  private static List<Point> outline(List<Point> column) {
    if (column.size() <= 4) {
      return column;
    }
    List<Point> inner = column.subList(1, column.size() - 1);
    Point low = Collections.min(inner, BY_VALUE);
    Point high = Collections.max(inner, BY_VALUE);
    LinkedHashSet<Point> outline = new LinkedHashSet<>();
    outline.add(column.get(0));
    outline.add(low.x() <= high.x() ? low : high);
    outline.add(low.x() <= high.x() ? high : low);
    outline.add(column.get(column.size() - 1));
    return List.copyOf(outline);
  }
}
