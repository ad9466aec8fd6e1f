package io.rqorchestrator.history;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.rqorchestrator.history.PoolHistory.Change;
import io.rqorchestrator.history.PoolHistory.RecordedStart;
import io.rqorchestrator.history.PoolHistory.Sample;
import io.rqorchestrator.history.PoolHistory.Step;
import io.rqorchestrator.rq.Histogram;
import io.rqorchestrator.scaling.ScalingDecision;
import io.rqorchestrator.wire.WireNames;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Reads a history file. A line that cannot be parsed, such as one that was cut when the disk was
 * full, is skipped and counted. Kinds of event that are not needed are ignored.
 */
public final class HistoryReader {

  /** Larger counts in one bucket count as unreadable. */
  private static final long MOST_JOBS = 1_000_000_000;

  private static final String HOLD = WireNames.of(ScalingDecision.Hold.class);

  private static final Map<String, Change> CHANGES =
      Map.of(
          WireNames.of(ScalingDecision.Grow.class), Change.GROW,
          WireNames.of(ScalingDecision.Shrink.class), Change.SHRINK);

  private final List<Sample> samples = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<Duration> startDelays = new ArrayList<>();

  /** Workers that an earlier daemon started: their start delay is not known. */
  private final Set<String> adopted = new HashSet<>();

  private final List<Long> workerBytes = new ArrayList<>();
  private final List<Long> daemonBytes = new ArrayList<>();
  private Optional<RecordedStart> start = Optional.empty();
  private Optional<Instant> begun = Optional.empty();
  private Instant newest = Instant.MIN;
  private Duration setBack = Duration.ZERO;
  private int lines;
  private int skipped;

  private HistoryReader() {}

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read
   */
  public static PoolHistory read(Path file) throws IOException {
    HistoryReader reader = new HistoryReader();
    // Not Files.newBufferedReader: it throws at a character that was cut in the middle.
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        reader.take(line);
      }
    }
    return reader.history();
  }

  private PoolHistory history() {
    return new PoolHistory(
        begun.orElse(Instant.EPOCH),
        start,
        samples,
        steps,
        startDelays,
        workerBytes,
        daemonBytes,
        lines,
        skipped);
  }

  private void take(String line) {
    lines++;
    try {
      JsonObject event = JsonParser.parseString(line).getAsJsonObject();
      Instant at = Instant.parse(event.get("time").getAsString());
      take(event.get("event").getAsString(), inOrder(at), event);
    } catch (RuntimeException e) {
      skipped++;
    }
  }

  /** Adjusts the times after a clock was set back: the result never decreases. */
  private Instant inOrder(Instant wall) {
    Instant at = wall.plus(setBack);
    if (at.isBefore(newest)) {
      setBack = setBack.plus(Duration.between(at, newest));
      at = newest;
    }
    newest = at;
    begun = begun.or(() -> Optional.of(newest));
    return at;
  }

  private void take(String kind, Instant at, JsonObject event) {
    switch (kind) {
      case "pool_started" ->
          start =
              Optional.of(
                  new RecordedStart(
                      event.get("name").getAsString(),
                      count(event, "min"),
                      count(event, "max"),
                      event.has("threshold")
                          ? OptionalDouble.of(amount(event, "threshold"))
                          : OptionalDouble.empty(),
                      event.has("queues") ? event.getAsJsonArray("queues").size() : 1));
      case "measured" ->
          samples.add(
              new Sample(
                  at,
                  count(event, "active"),
                  count(event, "live"),
                  amount(event, "utilization"),
                  (long) amount(event, "queued"),
                  event.has("busy") ? count(event, "busy") : 0,
                  jobs(event)));
      case "worker_adopted" -> adopted.add(event.get("worker").getAsString());
      case "worker_ready" -> {
        if (!adopted.remove(event.get("worker").getAsString())) {
          startDelays.add(Duration.ofMillis(Math.round(amount(event, "after") * 1000)));
        }
      }
      case "memory_taken" -> {
        double daemon = amount(event, "daemon") + amount(event, "fork_servers");
        double workers = amount(event, "total") - daemon;
        daemonBytes.add(Math.round(daemon));
        workerBytes.add(Math.max(0, Math.round(workers / Math.max(1, count(event, "live")))));
      }
      case "decided" -> step(at, event);
      case "stop_requested" ->
          steps.add(new Step(at, Change.STOP, "stop: " + event.get("by").getAsString()));
      default -> {}
    }
  }

  /** Adds a step, unless the decision is a hold or repeats the last one. */
  private void step(Instant at, JsonObject event) {
    String decision = event.get("decision").getAsString();
    if (decision.equals(HOLD) || event.get("repeated").getAsBoolean()) {
      return;
    }
    String text =
        String.format(
            Locale.ROOT,
            "%s %d -> %d: %s",
            decision,
            count(event, "from"),
            count(event, "to"),
            event.get("text").getAsString());
    steps.add(new Step(at, Objects.requireNonNull(CHANGES.get(decision)), text));
  }

  private static Optional<Histogram> jobs(JsonObject event) {
    if (!event.has("job_durations")) {
      return Optional.empty();
    }
    List<Long> counts =
        event.getAsJsonArray("job_durations").asList().stream()
            .map(JsonElement::getAsLong)
            .filter(count -> count >= 0 && count <= MOST_JOBS)
            .toList();
    return Optional.of(new Histogram(amount(event, "job_seconds"), counts));
  }

  private static int count(JsonObject event, String name) {
    return (int) amount(event, name);
  }

  private static double amount(JsonObject event, String name) {
    double amount = event.get(name).getAsDouble();
    if (!(amount >= 0 && amount <= Long.MAX_VALUE)) {
      throw new IllegalArgumentException(name + " is not a valid amount: " + amount);
    }
    return amount;
  }
}
