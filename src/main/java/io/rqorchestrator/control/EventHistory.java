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
 * writes; any thread may read and gets a copy.
 *
 * <p>A decision that repeats the last one does not add an entry: it moves the last decision's entry
 * to the end and increments its count. So an hour of "hold" is one entry and does not displace the
 * others.
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
    // If the entry was dropped in the meantime, the decision gets a new one.
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
   * Entries that are new or have changed since a reader's last call, oldest first.
   *
   * @param sequence the greatest sequence that the reader has seen; 0 for all entries
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
