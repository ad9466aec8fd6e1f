package io.rqorchestrator.web;

import com.google.gson.JsonObject;
import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.control.StatusBoard;
import io.rqorchestrator.json.PoolJson;
import io.rqorchestrator.time.TickSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** All pages, by path. */
final class Pages {

  private static final int ENTRIES = 200;
  private static final List<String> SCRIPTS =
      List.of("dashboard.js", "charts.js", "marks.js", "views.js", "format.js");
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String STYLE = "text/css; charset=utf-8";

  private Pages() {}

  static Map<String, Page> of(
      StatusBoard board, StatusText text, EventHistory history, TickSource ticks) {
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
    pages.put("/api/v1/status", request -> status(board, text));
    pages.put(
        "/api/v1/history",
        request -> {
          int most = (int) Math.min(request.number("n").orElse(ENTRIES), EventHistory.MOST_ENTRIES);
          return list(history.newest(most), PoolJson::of);
        });
    pages.put("/api/v1/trend", request -> list(history.trend(), PoolJson::of));
    return pages;
  }

  private static PageResponse status(StatusBoard board, StatusText text) {
    return board
        .newest()
        .map(status -> PageResponse.json(text.of(status)))
        .orElse(PageResponse.line(503, "starting: the first turn of the loop has not ended"));
  }

  /**
   * A list, written item by item: a thousand items for many clients do not fit into our small heap.
   */
  private static <T> PageResponse list(List<T> items, Function<T, JsonObject> json) {
    return PageResponse.json(
        out -> {
          String before = "[";
          for (T item : items) {
            write(out, before + PoolJson.text(json.apply(item)));
            before = ",";
          }
          write(out, items.isEmpty() ? "[]" : "]");
        });
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
