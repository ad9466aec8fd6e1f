package io.rqorchestrator.history;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.rqorchestrator.history.PoolHistory.Sample;
import io.rqorchestrator.history.PoolHistory.Step;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads a history file. A line that makes no sense, such as one that was cut when the disk was
 * full, is skipped and counted; kinds of event that are not needed are passed over.
 */
public final class HistoryReader {

  private final List<Sample> samples = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private String name = "";
  private int min;
  private int max;
  private double threshold;
  private int skipped;

  private HistoryReader() {}

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read
   */
  public static PoolHistory read(Path file) throws IOException {
    HistoryReader reader = new HistoryReader();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        reader.take(line);
      }
    }
    return new PoolHistory(
        reader.name,
        reader.min,
        reader.max,
        reader.threshold,
        reader.samples,
        reader.steps,
        reader.skipped);
  }

  private void take(String line) {
    try {
      JsonObject event = JsonParser.parseString(line).getAsJsonObject();
      Instant at = Instant.parse(event.get("time").getAsString());
      switch (event.get("event").getAsString()) {
        case "pool_started" -> {
          name = event.get("name").getAsString();
          min = event.get("min").getAsInt();
          max = event.get("max").getAsInt();
          threshold = event.get("threshold").getAsDouble();
        }
        case "measured" ->
            samples.add(
                new Sample(
                    at,
                    event.get("active").getAsInt(),
                    event.get("live").getAsInt(),
                    event.get("utilization").getAsDouble(),
                    event.get("queued").getAsLong()));
        case "decided" -> step(at, event);
        default -> {}
      }
    } catch (RuntimeException e) {
      skipped++;
    }
  }

  private void step(Instant at, JsonObject event) {
    String decision = event.get("decision").getAsString();
    if (!decision.equals("hold")) {
      String text =
          String.format(
              Locale.ROOT,
              "%s %d -> %d: %s",
              decision,
              event.get("from").getAsInt(),
              event.get("to").getAsInt(),
              event.get("text").getAsString());
      steps.add(new Step(at, decision.equals("grow"), text));
    }
  }
}
