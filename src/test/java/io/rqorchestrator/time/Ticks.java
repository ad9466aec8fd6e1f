package io.rqorchestrator.time;

import java.time.Duration;
import java.time.Instant;

/** Ticks of a test's own time, which begins at 0 s and at noon. */
public final class Ticks {

  private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

  private Ticks() {}

  /** The tick {@code seconds} after the beginning. */
  public static Tick at(double seconds) {
    long nanos = Math.round(seconds * 1e9);
    return new Tick(nanos, NOON.plusNanos(nanos));
  }

  /** The same moment with the wall clock {@code step} ahead of where it was. */
  public static Tick withWallMoved(Tick tick, Duration step) {
    return new Tick(tick.nanos(), tick.wall().plus(step));
  }
}
