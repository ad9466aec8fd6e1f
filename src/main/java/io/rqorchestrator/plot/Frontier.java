package io.rqorchestrator.plot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Shows cost against waits: each pool is a point of worker-hours and wait. A line joins the pools
 * that no other pool beats in both.
 *
 * @param title title of the diagram
 * @param choices the pools, at least one
 */
public record Frontier(String title, List<Choice> choices) {

  private static final double WIDTH = 900;
  private static final double LEFT = 56;
  private static final double RIGHT = WIDTH - 132;
  private static final double HEAD = 44;
  private static final double PANEL = 240;
  private static final double FOOT = 60;

  private static final String LINE = "#9aa1ab";
  private static final String TEXT = "#1f2630";

  /** Keeps a copy. */
  public Frontier {
    choices = List.copyOf(choices);
    if (choices.isEmpty()) {
      throw new IllegalArgumentException("choices must not be empty");
    }
  }

  /** The kind of a pool, which decides its colour. */
  public enum MarkKind {
    /** The size follows the utilization. */
    RULE("#3568ad", "rule of utilization"),
    /** The size follows a target wait. */
    TARGET_WAIT("#2b8a62", "target wait"),
    /** The size is fixed. */
    STATIC("#68707c", "static");

    private final String color;
    private final String text;

    MarkKind(String color, String text) {
      this.color = color;
      this.text = text;
    }
  }

  /**
   * A pool.
   *
   * @param kind the kind of the pool
   * @param name its settings, shown as a tooltip
   * @param label text beside its point, or empty
   * @param workerHours its worker-hours, 0 or more
   * @param waitSeconds the wait of its jobs, 0 or more
   */
  public record Choice(
      MarkKind kind, String name, String label, double workerHours, double waitSeconds) {

    /** Whether {@code other} is better in one value and no worse in the other. */
    private boolean isBeatenBy(Choice other) {
      return other.workerHours <= workerHours
          && other.waitSeconds <= waitSeconds
          && (other.workerHours < workerHours || other.waitSeconds < waitSeconds);
    }
  }

  /** The picture as a complete SVG document. */
  public String svg() {
    Svg svg = new Svg(WIDTH, height(), title);
    draw(svg, 0);
    return svg.close();
  }

  double height() {
    return HEAD + PANEL + FOOT;
  }

  /** Draws the diagram below {@code top}. */
  void draw(Svg svg, double top) {
    double bottom = top + HEAD + PANEL;
    AxisScale hours = AxisScale.of(most(Choice::workerHours, 0.01) * 1.05, LEFT, RIGHT, 10);
    AxisScale waits = AxisScale.of(most(Choice::waitSeconds, 0.1) * 1.1, bottom, bottom - PANEL, 6);
    Panel panel = new Panel(svg, hours, waits, title);
    for (MarkKind kind : MarkKind.values()) {
      if (choices.stream().anyMatch(choice -> choice.kind() == kind)) {
        panel.key(Shape.DOT, kind.color, kind.text);
      }
    }
    panel.axis("h");
    svg.text(
        (LEFT + RIGHT) / 2,
        bottom + 40,
        "fill=\"%s\" text-anchor=\"middle\"".formatted(TEXT),
        "worker-hours");
    panel.curve(Line.through(best(), Double.POSITIVE_INFINITY), LINE, 1.5);
    for (Choice choice : choices) {
      double x = hours.pixel(choice.workerHours());
      double y = waits.pixel(choice.waitSeconds());
      svg.mark(
          Shape.DOT.path(x, y - 4.5),
          "fill=\"%s\" fill-opacity=\"0.85\"".formatted(choice.kind().color),
          choice.name());
      svg.text(x + 8, y - 7, "fill=\"%s\"".formatted(TEXT), choice.label());
    }
  }

  /** The pools that no other pool beats, from the cheapest to the most expensive. */
  private List<Point> best() {
    List<Point> points = new ArrayList<>();
    choices.stream()
        .filter(choice -> choices.stream().noneMatch(choice::isBeatenBy))
        .sorted(Comparator.comparingDouble(Choice::workerHours))
        .forEach(choice -> points.add(new Point(choice.workerHours(), choice.waitSeconds())));
    return points;
  }

  private double most(ToDoubleFunction<Choice> value, double least) {
    return Math.max(least, choices.stream().mapToDouble(value).max().orElse(0));
  }
}
