package io.rqorchestrator.plot;

import io.rqorchestrator.plot.Panel.Bound;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Shows a pool over time: workers, utilization with its thresholds, and waiting jobs, with a mark
 * for each decision. For a simulated pool, it also shows the wait of each job, and the pool among
 * other pools.
 *
 * @param title title of the picture
 * @param bounds the pool's settings, if known
 * @param moments the samples, in order of time, at least one
 * @param steps the changes of size, in order of time
 * @param waits the waits of jobs, in the order of their arrivals; empty if unknown
 * @param frontier the pool among other pools, drawn below; empty if there are none
 */
public record PoolPicture(
    String title,
    Optional<SizeRange> bounds,
    List<Moment> moments,
    List<PlottedStep> steps,
    List<PlottedWait> waits,
    Optional<Frontier> frontier) {

  private static final double WIDTH = 900;
  private static final double LEFT = 56;
  private static final double RIGHT = WIDTH - 112;
  private static final double TOP = 84;
  private static final double PANEL = 130;
  private static final double GAP = 50;

  private static final String WORKERS = "#3568ad";
  private static final String LIVE = "#b9cfec";
  private static final String UTILIZATION = "#7459a8";
  private static final String QUEUE = "#b97d16";
  private static final String WAIT = "#a8476f";
  private static final String GROW = "#2b8a62";
  private static final String SHRINK = "#bf4f3c";
  private static final String PLAIN = "#68707c";

  private static final int MOST_GUIDES = 40; // more lines would hide the curves
  private static final double INTERVALS_IN_A_GAP = 3;
  private static final int UNITS = 5; // a span must have this many of a time unit to be shown in it

  /** Keeps copies. */
  public PoolPicture {
    moments = List.copyOf(moments);
    steps = List.copyOf(steps);
    waits = List.copyOf(waits);
    if (moments.isEmpty()) {
      throw new IllegalArgumentException("moments must not be empty");
    }
  }

  /**
   * The pool's bounds and threshold.
   *
   * @param min fewest active workers
   * @param max most live workers
   * @param threshold utilization above which the pool grows; it shrinks below half of it; empty if
   *     another rule decides
   */
  public record SizeRange(int min, int max, OptionalDouble threshold) {}

  /**
   * The values of one sample.
   *
   * @param seconds from the picture's beginning
   * @param active active workers
   * @param live active and draining workers
   * @param utilization load per active worker
   * @param queued waiting jobs
   */
  public record Moment(
      double seconds, double active, double live, double utilization, double queued) {}

  /** A kind of change. */
  public enum StepKind {
    /** Workers were added. */
    GROW(Shape.UP, PoolPicture.GROW, "grow"),
    /** Workers were retired. */
    SHRINK(Shape.DOWN, PoolPicture.SHRINK, "shrink"),
    /** The daemon was requested to stop. */
    STOP(Shape.SQUARE, PLAIN, "stop");

    private final Shape shape;
    private final String color;
    private final String text;

    StepKind(Shape shape, String color, String text) {
      this.shape = shape;
      this.color = color;
      this.text = text;
    }
  }

  /**
   * A change of the pool's size.
   *
   * @param seconds from the picture's beginning
   * @param change the kind of change
   * @param text the decision in one line
   */
  public record PlottedStep(double seconds, StepKind change, String text) {}

  /**
   * The wait of one job.
   *
   * @param seconds its arrival, from the picture's beginning
   * @param waited seconds from enqueue to start
   */
  public record PlottedWait(double seconds, double waited) {}

  /** The picture as an SVG document; equal values give an equal document. */
  public String svg() {
    double end = bottom(waits.isEmpty() ? 2 : 3) + 42;
    double height = end + frontier.map(Frontier::height).orElse(0.0);
    Svg svg = new Svg(WIDTH, height, title + ": workers, utilization and jobs waiting");
    svg.text(LEFT, 34, "fill=\"#1f2630\" font-size=\"16\" font-weight=\"600\"", title);
    Unit unit = Unit.of(span());
    AxisScale time = AxisScale.of(span() / unit.seconds(), LEFT, RIGHT, 10);
    workers(svg, time, unit);
    utilization(svg, time, unit);
    Panel lowest = queue(svg, time, unit);
    if (!waits.isEmpty()) {
      lowest = waits(svg, time, unit);
    }
    lowest.axis(unit.name());
    frontier.ifPresent(others -> others.draw(svg, end));
    return svg.close();
  }

  private Panel waits(Svg svg, AxisScale time, Unit unit) {
    double most = waits.stream().mapToDouble(PlottedWait::waited).max().orElse(0);
    double bottom = bottom(3);
    AxisScale value = AxisScale.of(Math.max(1, most) * 1.1, bottom, bottom - PANEL, 5);
    Panel panel = panel(svg, time, unit, value, "wait of each job, s");
    List<Point> points =
        waits.stream()
            .map(wait -> new Point(wait.seconds() / unit.seconds(), wait.waited()))
            .toList();
    panel.curve(Line.through(points, Double.POSITIVE_INFINITY), WAIT, 1);
    return panel;
  }

  private void workers(Svg svg, AxisScale time, Unit unit) {
    double most = Math.max(bounds.map(SizeRange::max).orElse(1), highest(Moment::live));
    Panel panel = panel(svg, time, unit, counts(0, most), "workers");
    panel.key(WORKERS, "active");
    if (moments.stream().anyMatch(moment -> moment.live() != moment.active())) {
      panel.key(LIVE, "live, draining ones too");
      panel.steps(line(Moment::live, unit), LIVE, 4);
    }
    Set<StepKind> changes = steps.stream().map(PlottedStep::change).collect(Collectors.toSet());
    for (StepKind change : EnumSet.allOf(StepKind.class)) {
      if (changes.contains(change)) {
        panel.key(change.shape, change.color, change.text);
      }
    }
    panel.bounds(
        bounds
            .map(
                b ->
                    List.of(
                        new Bound(b.max(), PLAIN, "max " + b.max()),
                        new Bound(b.min(), PLAIN, "min " + b.min())))
            .orElse(List.of()));
    panel.steps(line(Moment::active, unit), WORKERS, 2);
    for (PlottedStep step : steps) {
      StepKind change = step.change();
      panel.mark(step.seconds() / unit.seconds(), change.shape, change.color, step.text());
    }
  }

  private void utilization(Svg svg, AxisScale time, Unit unit) {
    double most = Math.max(1, highest(PoolPicture::utilizationIfAny));
    double bottom = bottom(1);
    AxisScale value = AxisScale.of(most * 1.1, bottom, bottom - PANEL, 5);
    Panel panel = panel(svg, time, unit, value, "utilization");
    OptionalDouble threshold = bounds.map(SizeRange::threshold).orElse(OptionalDouble.empty());
    if (threshold.isPresent()) {
      double grow = threshold.getAsDouble();
      panel.bounds(
          List.of(
              new Bound(grow, GROW, "grow > " + plain(grow)),
              new Bound(grow / 2, SHRINK, "shrink < " + plain(grow / 2))));
    }
    panel.curve(line(PoolPicture::utilizationIfAny, unit), UTILIZATION, 2);
  }

  private Panel queue(Svg svg, AxisScale time, Unit unit) {
    AxisScale value = counts(2, Math.max(4, highest(Moment::queued)));
    Panel panel = panel(svg, time, unit, value, "jobs waiting");
    panel.steps(line(Moment::queued, unit), QUEUE, 2);
    return panel;
  }

  private Panel panel(Svg svg, AxisScale time, Unit unit, AxisScale value, String name) {
    Panel panel = new Panel(svg, time, value, name);
    if (steps.size() <= MOST_GUIDES) {
      steps.forEach(step -> panel.guide(step.seconds() / unit.seconds(), step.change().color));
    }
    return panel;
  }

  private static AxisScale counts(int panel, double most) {
    return AxisScale.ofCounts(most * 1.1, bottom(panel), bottom(panel) - PANEL, 6);
  }

  private static double bottom(int panel) {
    return TOP + panel * (PANEL + GAP) + PANEL;
  }

  /** The utilization; NaN without workers, because it is undefined then, not 0. */
  private static double utilizationIfAny(Moment moment) {
    return moment.active() == 0 ? Double.NaN : moment.utilization();
  }

  private double highest(ToDoubleFunction<Moment> value) {
    return moments.stream()
        .mapToDouble(value)
        .filter(number -> !Double.isNaN(number))
        .max()
        .orElse(0);
  }

  private Line line(ToDoubleFunction<Moment> value, Unit unit) {
    return Line.through(
        moments.stream()
            .map(
                moment -> new Point(moment.seconds() / unit.seconds(), value.applyAsDouble(moment)))
            .toList(),
        INTERVALS_IN_A_GAP * usualInterval() / unit.seconds());
  }

  /** The median interval between samples; pauses of the daemon or of Redis do not change it. */
  private double usualInterval() {
    double[] intervals =
        IntStream.range(1, moments.size())
            .mapToDouble(i -> moments.get(i).seconds() - moments.get(i - 1).seconds())
            .sorted()
            .toArray();
    return intervals.length == 0 ? 0 : intervals[intervals.length / 2];
  }

  private double span() {
    double end = moments.get(moments.size() - 1).seconds();
    if (!steps.isEmpty()) {
      end = Math.max(end, steps.get(steps.size() - 1).seconds());
    }
    if (!waits.isEmpty()) {
      end = Math.max(end, waits.get(waits.size() - 1).seconds());
    }
    return Math.max(1, end);
  }

  /** A unit of time for the axis. */
  private record Unit(String name, double seconds) {

    private static final List<Unit> ALL =
        List.of(new Unit("d", 86_400), new Unit("h", 3_600), new Unit("min", 60), new Unit("s", 1));

    /** The largest unit of which the span has several; seconds if there is none. */
    static Unit of(double span) {
      return ALL.stream()
          .filter(unit -> span >= UNITS * unit.seconds())
          .findFirst()
          .orElse(ALL.get(ALL.size() - 1));
    }
  }

  /** A threshold with at most three decimals and no trailing zeros. */
  private static String plain(double value) {
    return String.format(Locale.ROOT, "%.3f", value).replaceFirst("\\.?0+$", "");
  }
}
