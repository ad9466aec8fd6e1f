package io.rqorchestrator.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as users write them: {@code 5}, {@code 2.5}, {@code 500ms}, {@code 0.6s}, {@code
 * 1h30m}.
 */
public final class Durations {

  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");
  private static final Pattern UNITS = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?(?:ms|s|m|h|d))+");
  private static final Pattern UNIT = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h|d)");

  private Durations() {}

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException if {@code text} is not a duration
   */
  public static Duration parse(String text) {
    String trimmed = text.strip().toLowerCase(Locale.ROOT);
    if (SECONDS.matcher(trimmed).matches()) {
      return Duration.ofNanos(Math.round(Double.parseDouble(trimmed) * 1e9));
    }
    if (!UNITS.matcher(trimmed).matches()) {
      throw new IllegalArgumentException("must be a duration such as 5, 500ms, 30s or 1h30m");
    }
    Duration sum = Duration.ZERO;
    Matcher part = UNIT.matcher(trimmed);
    while (part.find()) {
      sum = sum.plus(amount(new BigDecimal(part.group(1)), part.group(2)));
    }
    return sum;
  }

  private static Duration amount(BigDecimal number, String name) {
    ChronoUnit unit =
        switch (name) {
          case "ms" -> ChronoUnit.MILLIS;
          case "s" -> ChronoUnit.SECONDS;
          case "m" -> ChronoUnit.MINUTES;
          case "h" -> ChronoUnit.HOURS;
          default -> ChronoUnit.DAYS;
        };
    BigDecimal[] parts = number.divideAndRemainder(BigDecimal.ONE);
    Duration whole = unit.getDuration().multipliedBy(parts[0].longValue());
    BigDecimal nanos = parts[1].multiply(BigDecimal.valueOf(unit.getDuration().toNanos()));
    return whole.plusNanos(nanos.longValue());
  }

  /** Writes a duration the way users write it: {@code 1h30m}, {@code 500ms}. */
  public static String format(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    StringBuilder text = new StringBuilder();
    append(text, duration.toHours(), "h");
    append(text, duration.toMinutesPart(), "m");
    append(text, duration.toSecondsPart(), "s");
    append(text, duration.toMillisPart(), "ms");
    return text.toString();
  }

  private static void append(StringBuilder text, long number, String unit) {
    if (number > 0) {
      text.append(number).append(unit);
    }
  }
}
