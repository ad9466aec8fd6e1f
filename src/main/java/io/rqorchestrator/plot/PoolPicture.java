package io.rqorchestrator.plot;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The picture of a pool's life: workers, utilization with its thresholds, and queue over one time
 * axis, with the decisions marked where they were made.
 *
 * @param title what it shows
 * @param min fewest active workers
 * @param max most live workers
 * @param threshold utilization above which the pool grows
 * @param moments what was measured, in order of time, at least one
 * @param steps decisions that changed the size
 */
public record PoolPicture(
    String title, int min, int max, double threshold, List<Moment> moments, List<Step> steps) {

  private static final double WIDTH = 900;
  private static final double LEFT = 56;
  private static final double RIGHT = WIDTH - 92;
  private static final double TOP = 74;
  private static final double PANEL = 130;
  private static final double GAP = 44;

  private static final String WORKERS = "#2563eb";
  private static final String LIVE = "#bfdbfe";
  private static final String UTILIZATION = "#7c3aed";
  private static final String QUEUE = "#d97706";
  private static final String GROW = "#16a34a";
  private static final String SHRINK = "#dc2626";
  private static final String BOUND = "#6b7280";

  /** Keeps copies. */
  public PoolPicture {
    moments = List.copyOf(moments);
    steps = List.copyOf(steps);
  }

  /**
   * What was measured at one time.
   *
   * @param seconds from the picture's beginning
   * @param active active workers
   * @param live active and draining workers
   * @param utilization load per active worker
   * @param queued waiting jobs
   */
  public record Moment(
      double seconds, double active, double live, double utilization, double queued) {}

  /**
   * A decision that changed the size.
   *
   * @param seconds from the picture's beginning
   * @param grows whether it added a worker
   * @param text the decision in one line
   */
  public record Step(double seconds, boolean grows, String text) {}

  /** The picture as an SVG document. */
  public String svg() {
    double height = TOP + 3 * PANEL + 2 * GAP + 44;
    Svg svg = new Svg(WIDTH, height);
    svg.text(LEFT, 28, "fill=\"#111827\" font-size=\"16\" font-weight=\"600\"", title);
    double end = Math.max(1, moments.get(moments.size() - 1).seconds());
    Scale time = new Scale(0, end, LEFT, RIGHT);
    timeAxis(svg, time, TOP + 3 * PANEL + 2 * GAP);
    workers(svg, time);
    utilization(svg, time);
    queue(svg, time);
    return svg.close();
  }

  private void workers(Svg svg, Scale time) {
    double most = Math.max(max, highest(Moment::live));
    Panel panel = new Panel(svg, time, values(0, Math.max(1, most) * 1.1), "workers");
    panel.bound(max, BOUND, "max " + max);
    panel.bound(min, BOUND, "min " + min);
    panel.steps(points(Moment::live), LIVE, 4);
    panel.steps(points(Moment::active), WORKERS, 2);
    for (Step step : steps) {
      panel.mark(step.seconds(), step.grows(), step.grows() ? GROW : SHRINK, step.text());
    }
  }

  private void utilization(Svg svg, Scale time) {
    double most = Math.max(1, highest(Moment::utilization));
    Panel panel = new Panel(svg, time, values(1, most * 1.1), "utilization");
    panel.bound(threshold, GROW, "grow > " + Svg.number(threshold * 100) + " %");
    panel.bound(threshold / 2, SHRINK, "shrink < " + Svg.number(threshold * 50) + " %");
    panel.curve(points(Moment::utilization), UTILIZATION, 2);
  }

  private void queue(Svg svg, Scale time) {
    double most = Math.max(4, highest(Moment::queued));
    Panel panel = new Panel(svg, time, values(2, most * 1.1), "jobs waiting");
    panel.steps(points(Moment::queued), QUEUE, 2);
  }

  private static void timeAxis(Svg svg, Scale time, double bottom) {
    for (double tick : time.ticks(9)) {
      double x = time.pixel(tick);
      svg.line(x, TOP, x, bottom, Panel.GRID);
      svg.text(x, bottom + 18, "fill=\"#6b7280\" text-anchor=\"middle\"", Svg.number(tick) + " s");
    }
  }

  private static Scale values(int panel, double most) {
    double bottom = TOP + panel * (PANEL + GAP) + PANEL;
    return new Scale(0, most, bottom, bottom - PANEL);
  }

  private double highest(ToDoubleFunction<Moment> value) {
    return moments.stream().mapToDouble(value).max().orElse(0);
  }

  private List<Point> points(ToDoubleFunction<Moment> value) {
    return moments.stream()
        .map(moment -> new Point(moment.seconds(), value.applyAsDouble(moment)))
        .toList();
  }
}
