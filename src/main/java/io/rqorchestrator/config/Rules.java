package io.rqorchestrator.config;

import java.time.Duration;

/** Rules that several settings share. */
final class Rules {

  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofDays(365);

  private Rules() {}

  /** A duration must be within 100 ms and a year. */
  static void isWithinAYear(String name, Duration value) {
    if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
      throw new InvalidSetting(name, Durations.format(value), "must be within 100ms..365d");
    }
  }

  /** A number must be within {@code least} and {@code most}. */
  static void isWithin(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new InvalidSetting(name, value, "must be within " + least + ".." + most);
    }
  }
}
