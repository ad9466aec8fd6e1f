package io.rqorchestrator.plot;

/** The shape of a mark, so that marks can be distinguished without colours. */
enum Shape {
  /** A triangle that points up. */
  UP,
  /** A triangle that points down. */
  DOWN,
  /** A square. */
  SQUARE,
  /** A dot. */
  DOT;

  /** Its outline, 9 pixels high; {@code x} and {@code top} are the middle of its upper edge. */
  String path(double x, double top) {
    String upper = Svg.number(top);
    String lower = Svg.number(top + 9);
    String left = Svg.number(x - 5);
    String right = Svg.number(x + 5);
    String middle = Svg.number(x);
    return switch (this) {
      case UP -> "M%s %sL%s %sH%sZ".formatted(middle, upper, left, lower, right);
      case DOWN -> "M%s %sL%s %sH%sZ".formatted(middle, lower, left, upper, right);
      case DOT ->
          "M%s %sa4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0Z"
              .formatted(Svg.number(x - 4.5), Svg.number(top + 4.5));
      case SQUARE ->
          "M%s %sH%sV%sH%sZ"
              .formatted(Svg.number(x - 4), upper, Svg.number(x + 4), lower, Svg.number(x - 4));
    };
  }
}
