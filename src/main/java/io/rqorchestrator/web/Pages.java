package io.rqorchestrator.web;

import com.google.gson.JsonObject;
import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.control.StatusBoard;
import io.rqorchestrator.json.PoolJson;
import io.rqorchestrator.time.TickSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Everything that can be asked for, by path. */
final class Pages {

  private static final int ENTRIES = 200;
  private static final List<String> SCRIPTS =
      List.of("dashboard.js", "charts.js", "marks.js", "views.js", "format.js");
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String STYLE = "text/css; charset=utf-8";

  private Pages() {}

  static Map<String, Page> of(StatusBoard board, EventHistory history, TickSource ticks) {
    Probes probes = new Probes(board, ticks);
    Map<String, Page> pages = new LinkedHashMap<>();
    pages.put("/", Asset.own("dashboard.html", "text/html; charset=utf-8"));
    for (String module : SCRIPTS) {
      pages.put("/" + module, Asset.own(module, SCRIPT));
    }
    pages.put("/dashboard.css", Asset.own("dashboard.css", STYLE));
    pages.put("/favicon.svg", Asset.own("favicon.svg", "image/svg+xml"));
    pages.put("/uplot.js", Asset.uplot("uPlot.iife.min.js", SCRIPT));
    pages.put("/uplot.css", Asset.uplot("uPlot.min.css", STYLE));
    pages.put("/healthz", probes::alive);
    pages.put("/readyz", probes::ready);
    pages.put("/metrics", new MetricsPage(board));
    pages.put("/api/v1/status", request -> status(board));
    pages.put(
        "/api/v1/history",
        request -> {
          int most = (int) Math.min(request.number("n").orElse(ENTRIES), EventHistory.MOST_ENTRIES);
          return list(history.newest(most), PoolJson::of);
        });
    pages.put("/api/v1/trend", request -> list(history.trend(), PoolJson::of));
    return pages;
  }

  private static Answer status(StatusBoard board) {
    return board
        .newest()
        .map(status -> json(PoolJson.of(status)))
        .orElse(Answer.line(503, "starting: the first turn of the loop is not over"));
  }

  private static Answer json(JsonObject json) {
    return Answer.json(PoolJson.text(json));
  }

  /** Item by item: as one tree, a thousand of them would make our small heap grow. */
  private static <T> Answer list(List<T> items, Function<T, JsonObject> json) {
    return Answer.json(
        items.stream()
            .map(item -> PoolJson.text(json.apply(item)))
            .collect(Collectors.joining(",", "[", "]")));
  }
}
