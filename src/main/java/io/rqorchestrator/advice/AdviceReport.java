package io.rqorchestrator.advice;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.rqorchestrator.config.Durations;
import io.rqorchestrator.config.ScalingSettings;
import io.rqorchestrator.plot.Frontier;
import io.rqorchestrator.time.Seconds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** What a search for settings has found, as text, as JSON, or as a picture. */
public final class AdviceReport {

  /** Settings are drawn if their wait is at most so many times the wait to keep. */
  private static final int DRAWN = 10;

  private final Workloads workloads;
  private final SettingsSearch search;
  private final Duration keep;
  private final Function<ScalingSettings, String> commandLine;

  /**
   * @param search has run
   * @param keep the wait that 95 % of the jobs are not to exceed
   * @param commandLine of a daemon with these settings
   */
  public AdviceReport(
      Workloads workloads,
      SettingsSearch search,
      Duration keep,
      Function<ScalingSettings, String> commandLine) {
    this.workloads = workloads;
    this.search = search;
    this.keep = keep;
    this.commandLine = commandLine;
  }

  /** As lines of text. */
  public List<String> lines() {
    List<String> lines =
        new ArrayList<>(new SimulationReport(workloads, search.frontier()).lines());
    lines.add("");
    lines.add(
        "%d settings tried; those above are beaten by no other in 95 %% wait, hours and peak."
            .formatted(search.tried()));
    search
        .advice()
        .ifPresent(
            best -> {
              lines.add("");
              lines.add(
                  String.format(
                      Locale.ROOT,
                      "Cheapest that lets 95 %% wait no longer than %s (%.2fs, %.2f worker-hours):",
                      Durations.format(keep),
                      best.outcome().waits().p95(),
                      best.outcome().workerHours()));
              lines.add("  " + commandLine.apply(best.candidate().settings()));
            });
    return lines;
  }

  /** As JSON; durations are seconds. */
  public String json() {
    Gson gson = new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("keep_wait", Seconds.of(keep));
    report.put("tried", search.tried());
    report.put("frontier", search.frontier().stream().map(this::fields).toList());
    search.advice().ifPresent(best -> report.put("advice", fields(best)));
    return gson.toJson(report);
  }

  private Map<String, Object> fields(Candidate.Result result) {
    Map<String, Object> fields = SimulationReport.fields(workloads, result);
    fields.put("command", commandLine.apply(result.candidate().settings()));
    return fields;
  }

  /**
   * The picture of waits and costs. Waits far above the one to keep are left out: they would press
   * all others onto the axis.
   *
   * @param nearest is drawn in any case
   */
  public String svg(Candidate.Result nearest) {
    double most = Math.max(DRAWN * Seconds.of(keep), nearest.outcome().waits().p95());
    String advised = search.advice().map(best -> best.candidate().name()).orElse("");
    return new Frontier(
            "95 % waited no longer, s",
            search.results().stream()
                .filter(result -> result.outcome().waits().p95() <= most)
                .map(
                    result -> {
                      Candidate candidate = result.candidate();
                      boolean isLabelled =
                          candidate.name().equals(advised)
                              || candidate.kind() == Frontier.MarkKind.STATIC;
                      return new Frontier.Choice(
                          candidate.kind(),
                          candidate.name(),
                          isLabelled ? candidate.name() : "",
                          result.outcome().workerHours(),
                          result.outcome().waits().p95());
                    })
                .toList())
        .svg();
  }
}
