package io.rqorchestrator.redis;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Parses RQ's field values. A value that cannot be parsed is left out and counted; no exception is
 * thrown. Other programs, other versions and broken clients write into the same Redis.
 */
final class RqFields {

  /** Larger numbers of seconds, three centuries, count as unreadable. */
  private static final double MOST_SECONDS = 1e10;

  private int unreadable;

  /** The number of values that could not be parsed so far. */
  int unreadable() {
    return unreadable;
  }

  /** Counts a value that could not even be fetched, such as a key of the wrong type. */
  void countUnreadable() {
    unreadable++;
  }

  /** A text; an empty one counts as missing. */
  static Optional<String> text(@Nullable String value) {
    return value == null || value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  /** A whole number, 0 or more. */
  OptionalLong count(@Nullable String value) {
    if (value == null || value.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      long number = Long.parseLong(value);
      if (number >= 0) {
        return OptionalLong.of(number);
      }
    } catch (NumberFormatException e) {
      // Counted below.
    }
    unreadable++;
    return OptionalLong.empty();
  }

  /** A finite number of seconds; RQ up to 2.6.1 can make a sum of them negative. */
  OptionalDouble seconds(@Nullable String value) {
    if (value == null || value.isEmpty()) {
      return OptionalDouble.empty();
    }
    try {
      double number = Double.parseDouble(value);
      if (Math.abs(number) <= MOST_SECONDS) {
        return OptionalDouble.of(number);
      }
    } catch (NumberFormatException e) {
      // Counted below.
    }
    unreadable++;
    return OptionalDouble.empty();
  }

  /** A time, given as seconds since the epoch. */
  Optional<Instant> epoch(@Nullable String value) {
    OptionalDouble seconds = seconds(value);
    if (seconds.isEmpty()) {
      return Optional.empty();
    }
    if (seconds.getAsDouble() < 0) {
      unreadable++;
      return Optional.empty();
    }
    long whole = (long) seconds.getAsDouble();
    long nanos = Math.round((seconds.getAsDouble() - whole) * 1e9);
    return Optional.of(Instant.ofEpochSecond(whole, nanos));
  }

  /** A time as RQ writes it: UTC, {@code 2026-01-31T12:00:00.123456Z}, fraction and Z optional. */
  Optional<Instant> time(@Nullable String value) {
    if (value == null || value.isEmpty()) {
      return Optional.empty();
    }
    try {
      String local = value.endsWith("Z") ? value.substring(0, value.length() - 1) : value;
      Instant time = LocalDateTime.parse(local).toInstant(ZoneOffset.UTC);
      if (Math.abs((double) time.getEpochSecond()) <= MOST_SECONDS) {
        return Optional.of(time);
      }
    } catch (DateTimeException e) {
      // Counted below.
    }
    unreadable++;
    return Optional.empty();
  }
}
