package io.rqorchestrator.time;

import java.time.Duration;
import java.util.Locale;

/** Durations as people read them. */
public final class DurationText {

  private DurationText() {}

  /** Such as {@code 0.4s} or {@code 42s}. */
  public static String of(Duration duration) {
    double value = duration.toMillis() / 1000.0;
    return String.format(Locale.ROOT, value < 10 ? "%.1fs" : "%.0fs", value);
  }
}
