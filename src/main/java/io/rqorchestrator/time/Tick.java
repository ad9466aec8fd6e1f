package io.rqorchestrator.time;

import java.time.Duration;
import java.time.Instant;

/**
 * One reading of both clocks.
 *
 * <p>Periods, windows and timeouts are measured on {@code nanos}, which clock steps do not change.
 * RQ writes wall-clock times into Redis. These are compared with {@code wall} once, when they are
 * first seen.
 *
 * @param nanos monotonic nanoseconds from an arbitrary origin
 * @param wall the wall clock at the same moment
 */
public record Tick(long nanos, Instant wall) {

  /** Time from {@code earlier} to this tick on the monotonic clock; negative if it is later. */
  public Duration since(Tick earlier) {
    return Duration.ofNanos(nanos - earlier.nanos);
  }

  /** Whether at least {@code duration} has passed since {@code earlier}. */
  public boolean hasPassed(Duration duration, Tick earlier) {
    return since(earlier).compareTo(duration) >= 0;
  }

  /** The tick that lies {@code duration} after this one on both clocks. */
  public Tick plus(Duration duration) {
    return new Tick(nanos + duration.toNanos(), wall.plus(duration));
  }

  /** Whether this tick lies before {@code other} on the monotonic clock. */
  public boolean isBefore(Tick other) {
    return nanos - other.nanos < 0;
  }
}
