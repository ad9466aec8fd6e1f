package io.rqorchestrator.time;

import java.time.Duration;

/** What {@link Math} has for numbers. */
public final class DurationMath {

  private DurationMath() {}

  /** The shorter of the two. */
  public static Duration min(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  /** The longer of the two. */
  public static Duration max(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
