package io.rqorchestrator.time;

import java.time.Duration;

/**
 * Durations as people read them, the same in log, terminal and page: below 10 seconds with two
 * significant digits, from there on with the two largest units.
 *
 * <p>Settings are not written by this, but exactly, so that they can be copied.
 *
 * <p>The web page has the same rules in {@code format.js}. Reasons are written at every decision,
 * so this does without the cost of a Formatter.
 */
public final class DurationText {

  private DurationText() {}

  /**
   * Such as {@code 15ms}, {@code 0.25s}, {@code 9.5s}, {@code 42s}, {@code 3m20s}, {@code 2h05m} or
   * {@code 3d4h}.
   */
  public static String of(Duration duration) {
    return ofSeconds(Seconds.of(duration));
  }

  /** The same of a number of seconds. */
  public static String ofSeconds(double seconds) {
    if (seconds < 0) {
      return "-" + ofSeconds(-seconds);
    }
    if (seconds < 0.0995) {
      long millis = Math.round(seconds * 1000);
      return millis == 0 ? "0s" : millis + "ms";
    }
    if (seconds < 0.995) {
      long hundredths = Math.round(seconds * 100);
      return hundredths % 10 == 0 ? tenths(hundredths / 10) : "0." + hundredths + "s";
    }
    return seconds < 9.95 ? tenths(Math.round(seconds * 10)) : units(Math.round(seconds));
  }

  private static String tenths(long tenths) {
    return tenths / 10 + (tenths % 10 == 0 ? "" : "." + tenths % 10) + "s";
  }

  private static String units(long seconds) {
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return two(seconds / 60, "m", seconds % 60, "s");
    }
    long minutes = seconds / 60;
    if (minutes < 24 * 60) {
      return two(minutes / 60, "h", minutes % 60, "m");
    }
    long hours = minutes / 60;
    return hours / 24 + "d" + (hours % 24 == 0 ? "" : hours % 24 + "h");
  }

  private static String two(long more, String unit, long less, String smaller) {
    return more + unit + (less == 0 ? "" : (less < 10 ? "0" : "") + less + smaller);
  }
}
