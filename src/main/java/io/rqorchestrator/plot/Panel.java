package io.rqorchestrator.plot;

import java.util.List;

/** One diagram of a picture: a frame, a value axis, and lines over the shared time axis. */
final class Panel {

  static final String GRID = "stroke=\"#e5e7eb\" stroke-width=\"1\"";
  private static final String AXIS = "stroke=\"#9ca3af\" stroke-width=\"1\"";
  private static final String LABEL = "fill=\"#6b7280\" text-anchor=\"end\"";

  private final Svg svg;
  private final Scale time;
  private final Scale value;

  Panel(Svg svg, Scale time, Scale value, String title) {
    this.svg = svg;
    this.time = time;
    this.value = value;
    svg.text(time.start(), value.end() - 9, "fill=\"#111827\" font-weight=\"600\"", title);
    for (double tick : value.ticks(4)) {
      double y = value.pixel(tick);
      svg.line(time.start(), y, time.end(), y, GRID);
      svg.text(time.start() - 8, y + 4, LABEL, Svg.number(tick));
    }
    svg.line(time.start(), value.start(), time.end(), value.start(), AXIS);
  }

  /** A value that stays until the next one. */
  void steps(List<Point> points, String color, double width) {
    draw(points, color, width, true);
  }

  /** A value that moves evenly to the next one. */
  void curve(List<Point> points, String color, double width) {
    draw(points, color, width, false);
  }

  private void draw(List<Point> points, String color, double width, boolean steps) {
    StringBuilder path = new StringBuilder();
    for (Point point : points) {
      String x = Svg.number(time.pixel(point.seconds()));
      String y = Svg.number(value.pixel(point.value()));
      if (path.isEmpty()) {
        path.append('M').append(x).append(' ').append(y);
      } else if (steps) {
        path.append('H').append(x).append('V').append(y);
      } else {
        path.append('L').append(x).append(' ').append(y);
      }
    }
    svg.path(
        path,
        "fill=\"none\" stroke-linejoin=\"round\" stroke=\"%s\" stroke-width=\"%s\""
            .formatted(color, Svg.number(width)));
  }

  /** A horizontal line at a bound, labelled at its right end. */
  void bound(double at, String color, String label) {
    double y = value.pixel(at);
    String style = "stroke=\"%s\" stroke-width=\"1\" stroke-dasharray=\"5 4\"".formatted(color);
    svg.line(time.start(), y, time.end(), y, style);
    svg.text(time.end() + 6, y + 4, "fill=\"" + color + "\"", label);
  }

  /** A small triangle on the time axis, up or down, that tells {@code tooltip}. */
  void mark(double seconds, boolean up, String color, String tooltip) {
    double x = time.pixel(seconds);
    double y = value.start();
    double tip = up ? y - 9 : y;
    double base = up ? y : y - 9;
    String path =
        "M%s %sL%s %sL%s %sZ"
            .formatted(
                Svg.number(x),
                Svg.number(tip),
                Svg.number(x - 5),
                Svg.number(base),
                Svg.number(x + 5),
                Svg.number(base));
    svg.mark(path, "fill=\"" + color + "\"", tooltip);
  }
}
