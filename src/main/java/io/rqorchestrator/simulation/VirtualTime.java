package io.rqorchestrator.simulation;

import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.TickSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Clocks that jump from one scheduled action to the next. */
final class VirtualTime implements TickSource {

  /** A scheduled action. Of actions at the same time, the one scheduled first runs first. */
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

  /** Schedules an action at a time, in nanoseconds since the beginning. */
  void at(long nanos, Runnable what) {
    agenda.add(new Due(Math.max(nanos, nanos()), scheduled++, what));
  }

  /** Schedules an action after a delay. */
  void after(Duration delay, Runnable what) {
    at(nanos() + delay.toNanos(), what);
  }

  /**
   * Runs the next action if it is due by the deadline; otherwise only moves the time to the
   * deadline.
   *
   * @param deadline in nanoseconds since the beginning
   * @return whether an action ran
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
