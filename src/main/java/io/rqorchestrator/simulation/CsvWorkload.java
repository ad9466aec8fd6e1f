package io.rqorchestrator.simulation;

import io.rqorchestrator.config.InvalidSetting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Jobs from a CSV file: {@code arrival_s,duration_s}, one job a line, in the order of arrivals, in
 * seconds from the beginning. The first line may hold the column names.
 */
public final class CsvWorkload {

  private static final String HEADER = "arrival_s,duration_s";
  private static final Pattern NUMBER = Pattern.compile("[-+]?\\d+(\\.\\d*)?([eE][-+]?\\d{1,3})?");
  private static final double LONGEST = Duration.ofDays(365).toSeconds();

  private final String text;
  private final List<Job> jobs = new ArrayList<>();
  private String latest = "";
  private Duration last = Duration.ZERO;
  private Duration work = Duration.ZERO;

  private CsvWorkload(String text) {
    this.text = text;
  }

  /**
   * Reads.
   *
   * @param text the value of {@code --workload}, for errors
   * @param lines of the file
   * @throws InvalidSetting if a line is not a job; the message has the line's number and the value
   */
  public static Workload of(String text, List<String> lines) {
    CsvWorkload csv = new CsvWorkload(text);
    int end = lines.size();
    while (end > 0 && lines.get(end - 1).isBlank()) {
      end--;
    }
    for (int i = 0; i < end; i++) {
      csv.take(i + 1, lines.get(i));
    }
    if (csv.jobs.isEmpty()) {
      throw new InvalidSetting("--workload", text, "holds no job: needs lines of " + HEADER);
    }
    return new Workload(text, csv.jobs, csv.last);
  }

  private void take(int number, String raw) {
    String line = (number == 1 ? raw.replaceFirst("^\uFEFF", "") : raw).strip();
    if (number == 1 && line.replace(" ", "").toLowerCase(Locale.ROOT).equals(HEADER)) {
      return;
    }
    if (line.isEmpty()) {
      throw wrong(number, "is empty: remove empty lines");
    }
    String[] fields = line.split(",", -1);
    if (fields.length != 2) {
      throw wrong(number, "is '%s': must be two numbers, %s".formatted(line, HEADER));
    }
    Duration arrival = seconds(number, "arrival_s", fields[0].strip());
    Duration length = seconds(number, "duration_s", fields[1].strip());
    if (arrival.compareTo(last) < 0) {
      throw wrong(
          number,
          "has arrival_s %s after %s: sort the file by arrival".formatted(fields[0], latest));
    }
    work = work.plus(length);
    if (work.compareTo(Workload.MOST_WORK) > 0) {
      throw wrong(
          number,
          "has duration_s '%s': with those before it, more than 100 years: shorten or correct the file"
              .formatted(fields[1].strip()));
    }
    last = arrival;
    latest = fields[0].strip();
    jobs.add(new Job(arrival, length));
  }

  private Duration seconds(int number, String column, String value) {
    double seconds = NUMBER.matcher(value).matches() ? Double.parseDouble(value) : Double.NaN;
    String rule =
        Double.isNaN(seconds)
            ? "must be a number"
            : seconds < 0
                ? "must not be negative"
                : seconds > LONGEST ? "must be at most 365 days, from the beginning on" : "";
    if (!rule.isEmpty()) {
      throw wrong(number, "has %s '%s': %s".formatted(column, value, rule));
    }
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }

  private InvalidSetting wrong(int number, String rule) {
    return new InvalidSetting("--workload", text, "line " + number + " " + rule);
  }
}
