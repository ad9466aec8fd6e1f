package io.rqorchestrator.plot;

import java.util.Comparator;
import java.util.List;

/**
 * One diagram of a picture: a title, a value axis, and lines over the time axis that all panels
 * share.
 */
final class Panel {

  private static final String GRID = "stroke=\"#e8eaed\"";
  private static final String AXIS = "stroke=\"#9aa1ab\"";
  private static final String DIM = "fill=\"#68707c\"";
  private static final double LINE_OF_TEXT = 13;
  private static final double LETTER =
      6.4; // mean width of a letter, a guess because no font is available

  private final Svg svg;
  private final AxisScale x;
  private final AxisScale value;
  private double keys;

  Panel(Svg svg, AxisScale x, AxisScale value, String title) {
    this.svg = svg;
    this.x = x;
    this.value = value;
    this.keys = x.start() + title.length() * LETTER * 1.2 + 20;
    svg.text(x.start(), value.end() - 10, "fill=\"#1f2630\" font-weight=\"600\"", title);
    for (double tick : x.ticks()) {
      svg.line(x.pixel(tick), value.start(), x.pixel(tick), value.end(), GRID);
    }
    for (double tick : value.ticks()) {
      double y = value.pixel(tick);
      svg.line(x.start(), y, x.end(), y, GRID);
      svg.text(x.start() - 8, y + 4, DIM + " text-anchor=\"end\"", value.label(tick));
    }
    svg.line(x.start(), value.start(), x.end(), value.start(), AXIS);
  }

  /** Labels the shared axis below this panel. */
  void axis(String unit) {
    for (double tick : x.ticks()) {
      String label = tick == 0 ? "0" : x.label(tick) + " " + unit;
      svg.text(x.pixel(tick), value.start() + 19, DIM + " text-anchor=\"middle\"", label);
    }
  }

  /** Draws values that stay constant until the next one, and tints the area below. */
  void steps(Line line, String color, double width) {
    for (List<Point> stretch : line.thinned(x).stretches()) {
      tint(stretch, stepPath(stretch), color);
      stroke(stepPath(stretch), color, width);
    }
  }

  /** Draws values joined by straight lines, and tints the area below. */
  void curve(Line line, String color, double width) {
    for (List<Point> stretch : line.thinned(x).stretches()) {
      tint(stretch, curvePath(stretch), color);
      stroke(curvePath(stretch), color, width);
    }
  }

  private void stroke(String path, String color, double width) {
    svg.path(
        path,
        "fill=\"none\" stroke-linejoin=\"round\" stroke-linecap=\"round\" stroke=\"%s\""
                .formatted(color)
            + " stroke-width=\"%s\"".formatted(Svg.number(width)));
  }

  private void tint(List<Point> stretch, String path, String color) {
    String base = Svg.number(value.start());
    svg.path(
        path + "V" + base + "H" + px(stretch.get(0)) + "Z",
        "fill=\"%s\" fill-opacity=\"0.12\"".formatted(color));
  }

  private String stepPath(List<Point> stretch) {
    Point last = stretch.get(stretch.size() - 1);
    StringBuilder path = begin(stretch.get(0));
    double height = stretch.get(0).value();
    for (Point point : stretch) {
      if (point.value() != height) {
        path.append('H').append(px(point)).append('V').append(py(point));
        height = point.value();
      }
    }
    return path.append('H').append(px(last)).toString();
  }

  private String curvePath(List<Point> stretch) {
    StringBuilder path = begin(stretch.get(0));
    for (Point point : stretch.subList(1, stretch.size())) {
      path.append('L').append(px(point)).append(' ').append(py(point));
    }
    // A single point is a line of length 0: its round ends show as a dot.
    return stretch.size() > 1 ? path.toString() : path + "h0";
  }

  private StringBuilder begin(Point point) {
    return new StringBuilder("M").append(px(point)).append(' ').append(py(point));
  }

  private String px(Point point) {
    return Svg.number(x.pixel(point.x()));
  }

  private String py(Point point) {
    return Svg.number(value.pixel(point.value()));
  }

  /**
   * A dashed line across the panel at a value.
   *
   * @param at the value
   * @param color of line and label
   * @param label text at its right end
   */
  record Bound(double at, String color, String label) {}

  /** Draws bounds. Labels that would overlap are moved apart. */
  void bounds(List<Bound> bounds) {
    double lowest = Double.NEGATIVE_INFINITY;
    for (Bound bound :
        bounds.stream().sorted(Comparator.comparingDouble(Bound::at).reversed()).toList()) {
      double y = value.pixel(bound.at());
      svg.line(
          x.start(),
          y,
          x.end(),
          y,
          "stroke=\"%s\" stroke-dasharray=\"5 4\"".formatted(bound.color()));
      lowest = Math.max(y + 4, lowest + LINE_OF_TEXT);
      svg.text(x.end() + 8, lowest, "fill=\"%s\"".formatted(bound.color()), bound.label());
    }
  }

  /** Draws a mark with a tooltip below the axis. */
  void mark(double at, Shape shape, String color, String tooltip) {
    svg.mark(shape.path(x.pixel(at), value.start() + 3), "fill=\"%s\"".formatted(color), tooltip);
  }

  /** Draws a faint vertical line at the same time in every panel. */
  void guide(double at, String color) {
    double here = x.pixel(at);
    String style =
        "stroke=\"%s\" stroke-opacity=\"0.45\" stroke-dasharray=\"2 3\"".formatted(color);
    svg.line(here, value.start(), here, value.end(), style);
  }

  /** Adds a line to the legend beside the title. */
  void key(String color, String label) {
    double y = value.end() - 14;
    svg.line(keys, y, keys + 16, y, "stroke=\"%s\" stroke-width=\"4\"".formatted(color));
    word(label);
  }

  /** Adds a mark to the legend beside the title. */
  void key(Shape shape, String color, String label) {
    svg.path(shape.path(keys + 8, value.end() - 19), "fill=\"%s\"".formatted(color));
    word(label);
  }

  private void word(String label) {
    svg.text(keys + 21, value.end() - 10, DIM, label);
    keys += 21 + label.length() * LETTER + 16;
  }
}
