package io.rqorchestrator.simulation;

import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.TickSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Clocks that jump from one thing that is due to the next. */
final class VirtualTime implements TickSource {

  /** Something that is due; what was scheduled first happens first. */
  private record Due(long nanos, long order, Runnable what) {}

  private static final Tick BEGIN = new Tick(0, Instant.parse("2000-01-01T00:00:00Z"));

  private final PriorityQueue<Due> agenda =
      new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::order));
  private Tick now = BEGIN;
  private long scheduled;

  @Override
  public Tick now() {
    return now;
  }

  /** Nanoseconds since the beginning. */
  long nanos() {
    return now.nanos();
  }

  /** Lets something happen at a time, in nanoseconds since the beginning. */
  void at(long nanos, Runnable what) {
    agenda.add(new Due(Math.max(nanos, nanos()), scheduled++, what));
  }

  /** Lets something happen after a while. */
  void after(Duration delay, Runnable what) {
    at(nanos() + delay.toNanos(), what);
  }

  /**
   * Lets the next thing happen, if it is due by then; else only lets the time come.
   *
   * @param deadline in nanoseconds since the beginning
   * @return whether something happened
   */
  boolean advance(long deadline) {
    Due next = agenda.peek();
    if (next == null || next.nanos() > deadline) {
      moveTo(deadline);
      return false;
    }
    agenda.remove();
    moveTo(next.nanos());
    next.what().run();
    return true;
  }

  private void moveTo(long nanos) {
    if (nanos != now.nanos()) {
      now = new Tick(nanos, BEGIN.wall().plusNanos(nanos));
    }
  }
}
