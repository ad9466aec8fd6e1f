package io.rqorchestrator.control;

import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.ScalingEvent;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest events of a pool and the curves of its last minutes, bounded in number. One thread
 * writes; any thread may read, and gets a copy.
 *
 * <p>A decision that only repeats the last one moves that entry to the end and counts it up, so
 * that an hour of "hold" is one entry and does not push the rest out.
 */
public final class EventHistory implements EventSink {

  /** Entries kept. */
  public static final int MOST_ENTRIES = 1000;

  /** Points kept: a quarter of an hour. */
  public static final int MOST_POINTS = 900;

  private static final Duration BETWEEN_POINTS = Duration.ofMillis(950);

  private final Deque<HistoryEntry> entries = new ArrayDeque<>();
  private final Deque<TrendPoint> points = new ArrayDeque<>();
  private @Nullable HistoryEntry lastDecision;
  private @Nullable Tick lastPoint;
  private long lastSequence;

  @Override
  public synchronized void accept(Tick at, Event event) {
    if (event instanceof ScalingEvent.Measured measured) {
      addPoint(at, measured);
    } else if (event instanceof ScalingEvent.Decided decided) {
      lastDecision = addDecision(at, decided);
    } else {
      add(new HistoryEntry(++lastSequence, lastSequence, at.wall(), at.wall(), 1, event));
    }
  }

  private HistoryEntry addDecision(Tick at, ScalingEvent.Decided decided) {
    HistoryEntry last = lastDecision;
    long sequence = ++lastSequence;
    // One that was pushed out in the meantime begins anew.
    boolean repeats = last != null && decided.repeated() && entries.removeLastOccurrence(last);
    HistoryEntry entry =
        last != null && repeats
            ? new HistoryEntry(
                sequence, last.id(), last.since(), at.wall(), last.times() + 1, decided)
            : new HistoryEntry(sequence, sequence, at.wall(), at.wall(), 1, decided);
    add(entry);
    return entry;
  }

  private void add(HistoryEntry entry) {
    entries.addLast(entry);
    if (entries.size() > MOST_ENTRIES) {
      entries.removeFirst();
    }
  }

  private void addPoint(Tick at, ScalingEvent.Measured measured) {
    if (lastPoint != null && !at.hasPassed(BETWEEN_POINTS, lastPoint)) {
      return;
    }
    lastPoint = at;
    points.addLast(
        new TrendPoint(
            at.wall(),
            measured.active(),
            measured.live(),
            measured.busy(),
            measured.load(),
            measured.utilization(),
            measured.queued(),
            measured.oldestWait()));
    if (points.size() > MOST_POINTS) {
      points.removeFirst();
    }
  }

  /**
   * Entries that are new or have changed since a reader last looked, oldest first.
   *
   * @param sequence the greatest sequence it has seen; 0 for all there are
   */
  public synchronized List<HistoryEntry> after(long sequence) {
    return entries.stream().filter(entry -> entry.sequence() > sequence).toList();
  }

  /** The newest {@code most} entries, oldest first. */
  public synchronized List<HistoryEntry> newest(int most) {
    return entries.stream().skip(Math.max(0, entries.size() - (long) most)).toList();
  }

  /** The curves of the last minutes, a point about every second, oldest first. */
  public synchronized List<TrendPoint> trend() {
    return new ArrayList<>(points);
  }
}
