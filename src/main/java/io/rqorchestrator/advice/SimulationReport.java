package io.rqorchestrator.advice;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.rqorchestrator.config.Durations;
import io.rqorchestrator.simulation.Outcome;
import io.rqorchestrator.simulation.Waits;
import io.rqorchestrator.simulation.Workload;
import io.rqorchestrator.text.SizeText;
import io.rqorchestrator.time.Seconds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The results of simulations as a table or as JSON. */
public final class SimulationReport {

  private static final String HEAD =
      "wait: mean     p50     p95     max   workers: mean  peak   hours  efficiency  starts  stops";

  private final Workloads workloads;
  private final List<Candidate.Result> results;

  /**
   * @param results in the order of the rows
   */
  public SimulationReport(Workloads workloads, List<Candidate.Result> results) {
    this.workloads = workloads;
    this.results = List.copyOf(results);
  }

  /** The table, as lines of text. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Workload queue : workloads.queues()) {
      lines.add("workload: " + queue.name());
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "          %,d jobs in %s, load %.2f; workers start in %s",
            workloads.count(),
            Durations.format(workloads.span()),
            workloads.load(),
            Durations.format(workloads.startDelay())));
    lines.add("");
    int width = width();
    lines.add(
        " ".repeat(width) + "  " + HEAD + (workloads.weight().isEmpty() ? "" : "  peak memory"));
    for (Candidate.Result result : results) {
      lines.add(row(width, result));
      lines.addAll(queueRows(width, result.outcome()));
    }
    return lines;
  }

  private int width() {
    return results.stream().mapToInt(result -> result.candidate().name().length()).max().orElse(0);
  }

  private String row(int width, Candidate.Result result) {
    Outcome outcome = result.outcome();
    String memory =
        workloads
            .weight()
            .map(weight -> "%8d MB".formatted(SizeText.megabytes(weight.of(outcome.peakWorkers()))))
            .orElse("");
    String row = rowOf(width, result.candidate().name(), outcome);
    return row + memory;
  }

  private static String rowOf(int width, String name, Outcome outcome) {
    return String.format(
        Locale.ROOT,
        "%-" + width + "s  %s %15.2f %5d %7.2f %9.0f %% %7d %6d",
        name,
        waits(outcome.waits()),
        outcome.meanWorkers(),
        outcome.peakWorkers(),
        outcome.workerHours(),
        outcome.efficiency() * 100,
        outcome.starts(),
        outcome.stops());
  }

  /** The waits of each queue, if there are several queues. */
  private static List<String> queueRows(int width, Outcome outcome) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; outcome.waitsByQueue().size() > 1 && i < outcome.waitsByQueue().size(); i++) {
      String name = "  queue " + (i + 1);
      rows.add(
          String.format(
              Locale.ROOT, "%-" + width + "s  %s", name, waits(outcome.waitsByQueue().get(i))));
    }
    return rows;
  }

  private static String waits(Waits waits) {
    return String.format(
        Locale.ROOT,
        "%9.2fs %6.2fs %6.2fs %6.2fs",
        waits.mean(),
        waits.p50(),
        waits.p95(),
        waits.max());
  }

  /** The results as JSON; durations are seconds. */
  public String json() {
    Gson gson = new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("workloads", workloads.queues().stream().map(Workload::name).toList());
    report.put("jobs", workloads.count());
    report.put("span", Seconds.of(workloads.span()));
    report.put("load", workloads.load());
    report.put("start_delay", Seconds.of(workloads.startDelay()));
    report.put("results", results.stream().map(result -> fields(workloads, result)).toList());
    return gson.toJson(report);
  }

  /** The fields of one result in JSON. */
  static Map<String, Object> fields(Workloads workloads, Candidate.Result result) {
    Outcome outcome = result.outcome();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", result.candidate().name());
    fields.put("min_workers", result.candidate().settings().minWorkers());
    fields.put("max_workers", result.candidate().settings().maxWorkers());
    fields.put("wait", outcome.waits());
    fields.put("wait_by_queue", outcome.waitsByQueue());
    fields.put("mean_workers", outcome.meanWorkers());
    fields.put("peak_workers", outcome.peakWorkers());
    workloads
        .weight()
        .ifPresent(weight -> fields.put("peak_memory", weight.of(outcome.peakWorkers())));
    fields.put("worker_hours", outcome.workerHours());
    fields.put("efficiency", outcome.efficiency());
    fields.put("starts", outcome.starts());
    fields.put("stops", outcome.stops());
    return fields;
  }
}
