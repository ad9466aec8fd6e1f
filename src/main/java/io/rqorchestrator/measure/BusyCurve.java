package io.rqorchestrator.measure;

import io.rqorchestrator.rq.BusyReading;
import io.rqorchestrator.time.DurationMath;
import io.rqorchestrator.time.Seconds;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One worker's cumulative busy seconds over time: a curve that never falls and never rises faster
 * than time itself. The counters in Redis guarantee neither:
 *
 * <ul>
 *   <li>RQ's {@code total_working_time} falls when a job is retried after its horse was killed, and
 *       for a few milliseconds whenever a job fails. A fall in a single reading is ignored. If the
 *       next reading is low, too, the counter was reset, and counting continues from the new value.
 *   <li>{@code total_working_time} jumps at the end of each job. A jump is spread over the
 *       following time at the rate of time, so that no busy time is lost and no spike appears.
 * </ul>
 */
final class BusyCurve {

  /**
   * A point of the curve: busy seconds by the worker's counter, and by samples that saw the worker
   * busy.
   */
  private record CurvePoint(long nanos, double read, double seen) {}

  /** The age of a busy stretch is cut to this, whatever the worker's record claims. */
  private static final Duration OLDEST = Duration.ofDays(365);

  private final Deque<CurvePoint> points = new ArrayDeque<>();

  /**
   * For each source, the difference between the curve and the source's total when it was last read.
   */
  private final Map<BusyReading.Source, Double> offsets = new EnumMap<>(BusyReading.Source.class);

  private double offset;
  private double highest;
  private boolean dipped;
  private BusyReading.@Nullable Source source;
  private @Nullable Instant stretch;
  private long stretchNanos;
  private boolean ended;

  /** A curve that begins at 0 now: everything the worker reports later happened after this. */
  static BusyCurve ofNewWorker(Tick at) {
    BusyCurve curve = new BusyCurve();
    curve.points.add(new CurvePoint(at.nanos(), 0, 0));
    for (BusyReading.Source source : BusyReading.Source.values()) {
      curve.offsets.put(source, 0.0);
    }
    return curve;
  }

  /**
   * A curve of a worker that was running already: its busy time before this reading does not count.
   */
  static BusyCurve ofRunningWorker(Tick at, BusyReading reading) {
    BusyCurve curve = ofNewWorker(at);
    curve.offsets.clear();
    curve.offset = -curve.secondsOf(at, reading, Long.MIN_VALUE);
    curve.source = reading.source();
    return curve;
  }

  /**
   * Adds a reading.
   *
   * @param seenBusy whether this sample saw the worker busy; if so, the whole time since the last
   *     sample counts as busy in the curve of samples
   */
  void observe(Tick at, BusyReading reading, boolean seenBusy) {
    CurvePoint last = points.getLast();
    if (ended || at.nanos() <= last.nanos()) {
      return;
    }
    double elapsed = (at.nanos() - last.nanos()) / 1e9;
    double counted = plausible(at, reading, last.nanos(), elapsed);
    if (counted >= highest) {
      highest = counted;
      dipped = false;
    } else if (dipped) {
      offset += highest - counted;
      dipped = false;
    } else {
      dipped = true;
    }
    double read = last.read() + Math.min(elapsed, highest - last.read());
    double seen = last.seen();
    if (reading.source() == BusyReading.Source.DERIVED && seenBusy) {
      seen += elapsed;
    }
    points.add(new CurvePoint(at.nanos(), read, seen));
  }

  /**
   * The reading on the curve's own scale. Two things change the offset between the two:
   *
   * <ul>
   *   <li>Another source has its own total. If that source was read before, its offset from then
   *       applies.
   *   <li>If the last reading included a stretch in progress, it was complete. A rise by more than
   *       the time since then is therefore a step of the wall clock, which RQ uses to compute
   *       durations; the excess is removed.
   * </ul>
   */
  private double plausible(Tick at, BusyReading reading, long lastNanos, double elapsed) {
    boolean switched = source != null && source != reading.source();
    boolean reportedAll = switched || stretch != null;
    if (switched) {
      offsets.put(source, offset);
      // A source that was never read before counts only from now on, with its stretch in progress.
      offset = offsets.getOrDefault(reading.source(), highest - reading.totalSeconds());
    }
    source = reading.source();
    double counted = secondsOf(at, reading, lastNanos) + offset;
    double least = switched ? highest : Double.NEGATIVE_INFINITY;
    double most = reportedAll ? highest + elapsed : Double.POSITIVE_INFINITY;
    double bounded = Math.min(most, Math.max(least, counted));
    offset += bounded - counted;
    return bounded;
  }

  /** Ends the curve: later readings of the worker are ignored. */
  void end(Tick at) {
    CurvePoint last = points.getLast();
    if (!ended && stretch != null && at.nanos() > last.nanos()) {
      double elapsed = (at.nanos() - last.nanos()) / 1e9;
      points.add(new CurvePoint(at.nanos(), last.read() + elapsed, last.seen()));
    }
    ended = true;
  }

  /** Busy seconds in the {@code window} that ends at {@code to}, within [0, window]. */
  double busyWithin(long to, Duration window) {
    long from = to - window.toNanos();
    CurvePoint upper = at(to);
    CurvePoint lower = at(from);
    double busy = Math.max(upper.read() - lower.read(), upper.seen() - lower.seen());
    return Math.min(busy, Seconds.of(window));
  }

  /**
   * Drops points that no window from {@code from} on needs; returns true if no such window needs
   * this curve.
   */
  boolean forgetBefore(long from) {
    while (points.size() > 1 && secondPoint().nanos() <= from) {
      points.removeFirst();
    }
    return ended && points.getLast().nanos() <= from;
  }

  /** The curve's value at any time: flat outside its points, straight between them. */
  private CurvePoint at(long nanos) {
    if (nanos >= points.getLast().nanos()) {
      return points.getLast();
    }
    Iterator<CurvePoint> all = points.iterator();
    CurvePoint before = all.next();
    if (nanos <= before.nanos()) {
      return before;
    }
    CurvePoint after = all.next();
    while (after.nanos() < nanos) {
      before = after;
      after = all.next();
    }
    double share = (double) (nanos - before.nanos()) / (after.nanos() - before.nanos());
    return new CurvePoint(
        nanos,
        before.read() + share * (after.read() - before.read()),
        before.seen() + share * (after.seen() - before.seen()));
  }

  private CurvePoint secondPoint() {
    Iterator<CurvePoint> all = points.iterator();
    all.next();
    return all.next();
  }

  /**
   * The reading as cumulative seconds. The wall-clock start of a stretch is converted into
   * monotonic time once, when the stretch is first seen, so that later clock steps have no effect.
   * The start cannot lie before {@code earliest}, the time of the last sample without this stretch.
   */
  private double secondsOf(Tick at, BusyReading reading, long earliest) {
    Instant since = reading.since().orElse(null);
    if (since == null) {
      stretch = null;
      return reading.totalSeconds();
    }
    if (!since.equals(stretch)) {
      stretch = since;
      long age = nanosOf(Duration.between(since, at.wall()));
      stretchNanos = Math.min(at.nanos(), Math.max(earliest, at.nanos() - age));
    }
    return reading.totalSeconds() + (at.nanos() - stretchNanos) / 1e9;
  }

  /**
   * The age of a stretch in nanoseconds, cut to 0 for a start in the future and to {@link #OLDEST}.
   */
  private static long nanosOf(Duration age) {
    if (age.isNegative()) {
      return 0;
    }
    return DurationMath.min(age, OLDEST).toNanos();
  }
}
