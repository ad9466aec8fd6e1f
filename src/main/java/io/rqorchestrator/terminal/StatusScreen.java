package io.rqorchestrator.terminal;

import static io.rqorchestrator.terminal.Texts.cut;
import static io.rqorchestrator.terminal.Texts.harmless;

import io.rqorchestrator.control.HistoryLine;
import io.rqorchestrator.control.JobFigures.Distribution;
import io.rqorchestrator.control.PoolState;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.PoolStatus.LoadFigures;
import io.rqorchestrator.control.PoolStatus.QueueRow;
import io.rqorchestrator.control.PoolStatus.Size;
import io.rqorchestrator.control.TrendPoint;
import io.rqorchestrator.pool.Overhead;
import io.rqorchestrator.terminal.Style.Ink;
import io.rqorchestrator.text.SizeText;
import io.rqorchestrator.time.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;

/** A pool's status as lines of text that fit the width and the height of a terminal. */
public final class StatusScreen {

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  /** Width of the labels at the left. */
  private static final int LABEL = 9;

  /** Fewest lines of a part, including its heading, if there is not enough room for all. */
  private static final int LEAST_QUEUES = 4;

  private static final int LEAST_ANOMALIES = 2;
  private static final int LEAST_WORKERS = 3;
  private static final int LEAST_HISTORY = 3;

  /** Lines of history that are kept if the workers leave enough room. */
  private static final int USUAL_HISTORY = 6;

  private final Style style;
  private final ZoneId zone;

  /**
   * @param zone the reader's time zone
   */
  public StatusScreen(Style style, ZoneId zone) {
    this.style = style;
    this.zone = zone;
  }

  /**
   * The screen.
   *
   * @param trend points of the last minutes, oldest first
   * @param history the newest entries, oldest first
   * @param height most lines; longer parts are shortened
   */
  public List<String> lines(
      PoolStatus status, List<TrendPoint> trend, List<HistoryLine> history, int height) {
    List<String> lines = new ArrayList<>();
    head(status, lines);
    List<String> curves = curves(trend);
    List<String> queues = queues(status.queues());
    List<String> anomalies = new Anomalies(style).lines(status);
    List<String> rows = new WorkerTable(style).lines(status.workers());
    int room = height - lines.size() - 2; // minus two empty lines
    int least =
        Math.min(queues.size(), LEAST_QUEUES)
            + Math.min(anomalies.size(), LEAST_ANOMALIES)
            + Math.min(rows.size(), LEAST_WORKERS)
            + LEAST_HISTORY;
    if (curves.size() + least <= room) {
      lines.addAll(curves);
      room -= curves.size();
    }
    room -= Math.max(LEAST_HISTORY, Math.min(USUAL_HISTORY, room - least + LEAST_HISTORY));
    anomalies =
        shortened(anomalies, Math.max(LEAST_ANOMALIES, room - queues.size() - LEAST_WORKERS));
    queues = shortened(queues, Math.max(LEAST_QUEUES, room - anomalies.size() - LEAST_WORKERS));
    room -= queues.size() + anomalies.size();
    lines.addAll(queues);
    lines.addAll(anomalies);
    lines.add("");
    lines.addAll(shortened(rows, Math.max(LEAST_WORKERS, room)));
    List<String> past = newest(history, height - lines.size() - 1);
    if (!past.isEmpty()) {
      lines.add("");
      lines.addAll(past);
    }
    return lines.size() > height ? lines.subList(0, height) : lines;
  }

  /** The newest entries that fit completely. */
  private List<String> newest(List<HistoryLine> history, int room) {
    List<String> lines = List.of();
    for (int from = history.size() - 1; from >= 0; from--) {
      List<String> more = history(history.subList(from, history.size()));
      if (more.size() > room) {
        return lines;
      }
      lines = more;
    }
    return lines;
  }

  private List<String> shortened(List<String> rows, int most) {
    if (rows.size() <= most) {
      return rows;
    }
    List<String> some = new ArrayList<>(rows.subList(0, most - 1));
    some.add(style.paint(Ink.FAINT, "and " + (rows.size() - most + 1) + " more"));
    return some;
  }

  private void head(PoolStatus status, List<String> lines) {
    String name = harmless(status.pool().name());
    String state = status.state().text() + at(status.size());
    String up =
        "up "
            + DurationText.of(Duration.between(status.pool().startedAt(), status.at()))
            + "  "
            + clock(status.at());
    String shown = Texts.middle(name, Math.max(8, style.width() - state.length() - 2), style);
    String cutState = cut(state, Math.max(0, style.width() - shown.length() - 2), style);
    int gap = style.width() - shown.length() - 2 - cutState.length() - up.length();
    lines.add(
        style.paint(Ink.STRONG, shown)
            + "  "
            + style.paint(inkOf(status.state()), cutState)
            + (gap >= 2 ? " ".repeat(gap) + style.paint(Ink.FAINT, up) : ""));
    status
        .problem()
        .ifPresent(
            problem ->
                Texts.wrapped(harmless(problem), style.width())
                    .forEach(line -> lines.add(style.paint(Ink.BAD, line))));
    labelled("workers", workers(status), lines);
    int width = Math.max(4, Math.min(50, style.width() - LABEL - 14));
    lines.add(
        Texts.left("busy", LABEL, style)
            + Bar.of(status.load().utilization(), status.load().threshold(), width, style)
            + String.format(Locale.ROOT, " %3.0f%%", status.load().utilization() * 100));
    labelled(
        "",
        String.format(
            Locale.ROOT,
            "load %.2f in %s; %s",
            status.load().erlang(),
            DurationText.of(status.load().observed()),
            aim(status.load())),
        lines);
    labelled("jobs", jobs(status), lines);
    if (status.memory().isPresent()) {
      labelled("memory", memory(status), lines);
    }
  }

  /** The rule for the size. */
  private static String aim(LoadFigures load) {
    return load.targetWait()
        .map(target -> "target wait " + DurationText.of(target))
        .or(
            () ->
                load.threshold().stream()
                    .mapToObj(
                        share ->
                            String.format(
                                Locale.ROOT,
                                "grows above %.0f%%, shrinks below %.0f%%",
                                share * 100,
                                share * 50))
                    .findFirst())
        .orElse("");
  }

  /** The total memory and its parts. */
  private static String memory(PoolStatus status) {
    long workers = status.memory().orElse(0);
    StringJoiner parts = new StringJoiner(", ");
    parts.add("workers " + SizeText.of(workers));
    status
        .overhead()
        .ifPresent(
            taken -> {
              parts.add("daemon " + SizeText.of(taken.daemon()));
              if (taken.forkServers() > 0) {
                parts.add("fork server " + SizeText.of(taken.forkServers()));
              }
            });
    return SizeText.of(workers + status.overhead().map(Overhead::bytes).orElse(0L)) + ": " + parts;
  }

  private static String at(Size size) {
    if (size.heldAt().isPresent()) {
      return " at " + size.heldAt().getAsInt();
    }
    return size.pausedAt().isPresent() ? " at " + size.pausedAt().getAsInt() : "";
  }

  private static Ink inkOf(PoolState state) {
    return switch (state) {
      case RUNNING -> Ink.GOOD;
      case COLD_STOP, WAITING_FOR_REDIS, DEGRADED -> Ink.BAD;
      case DRAINING, STARTING, SUSPENDED, RESTARTING, PAUSED, HELD -> Ink.CAUTION;
    };
  }

  private static String workers(PoolStatus status) {
    Size size = status.size();
    StringJoiner kinds = new StringJoiner(", ", "(", ")").setEmptyValue("");
    count(size.busy(), "busy", kinds);
    count(size.idle(), "idle", kinds);
    count(size.starting(), "starting", kinds);
    count(size.unknown(), "unknown", kinds);
    count(size.draining(), "draining", kinds);
    return "%d of %d..%d %s".formatted(size.active(), size.min(), size.max(), kinds).strip();
  }

  private static void count(int number, String what, StringJoiner to) {
    if (number > 0) {
      to.add(number + " " + what);
    }
  }

  private static String jobs(PoolStatus status) {
    return "%d done; wait %s; run %s"
        .formatted(
            status.jobs().ended(),
            quantiles(status.jobs().waitTime()),
            quantiles(status.jobs().duration()));
  }

  private static String quantiles(Distribution times) {
    return times.p50().isEmpty() && times.p95().isEmpty()
        ? "-"
        : "p50 " + orDash(times.p50()) + " p95 " + orDash(times.p95());
  }

  private static String orDash(Optional<Duration> time) {
    return time.map(DurationText::of).orElse("-");
  }

  private List<String> curves(List<TrendPoint> trend) {
    if (trend.size() < 2) {
      return List.of();
    }
    TrendPoint newest = trend.get(trend.size() - 1);
    int width = Math.min(trend.size(), Math.max(10, style.width() - LABEL - 20));
    List<Double> workers = trend.stream().map(point -> (double) point.live()).toList();
    List<Double> queued = trend.stream().map(point -> (double) point.queued()).toList();
    Duration span = Duration.between(trend.get(0).at(), newest.at());
    return List.of(
        "",
        curve("workers", workers, width, " " + newest.live()),
        curve(
            "queue",
            queued,
            width,
            " " + newest.queued() + "  (last " + DurationText.of(span) + ")"));
  }

  private String curve(String label, List<Double> values, int width, String end) {
    return cut(
        Texts.left(label, LABEL, style) + Sparkline.of(values, width, style) + end,
        style.width(),
        style);
  }

  private List<String> queues(List<QueueRow> queues) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    int name = queues.stream().mapToInt(queue -> harmless(queue.name()).length()).max().orElse(5);
    int width = Math.max(5, Math.min(name, style.width() - 30));
    lines.add(
        style.paint(
            Ink.FAINT,
            cut(Texts.left("queue", width, style) + "  waiting  oldest", style.width(), style)));
    for (QueueRow queue : queues) {
      String due = queue.due() > 0 ? "  " + queue.due() + " due" : "";
      lines.add(
          cut(
              Texts.left(Texts.middle(harmless(queue.name()), width, style), width, style)
                  + String.format("  %7d", queue.queued())
                  + String.format("  %6s", orDash(queue.oldestWait()))
                  + due,
              style.width(),
              style));
    }
    return lines;
  }

  /** A text, cut to one line. */
  public String line(String text) {
    return cut(harmless(text), style.width(), style);
  }

  private void labelled(String label, String text, List<String> lines) {
    String shown = label;
    for (String line : Texts.wrapped(text, style.width() - LABEL)) {
      lines.add(Texts.left(shown, LABEL, style) + line);
      shown = "";
    }
  }

  /** Entries of the history, each with its time and how often it was repeated. */
  public List<String> history(List<HistoryLine> history) {
    List<String> lines = new ArrayList<>();
    for (HistoryLine entry : history) {
      String again =
          entry.times() == 1
              ? ""
              : " (%d times since %s)".formatted(entry.times(), clock(entry.since()));
      String when = clock(entry.at()) + " ";
      List<String> parts =
          Texts.wrapped(harmless(entry.text()) + again, style.width() - when.length());
      for (int i = 0; i < parts.size(); i++) {
        String text = style.paint(inkOf(entry), parts.get(i));
        lines.add(i == 0 ? style.paint(Ink.FAINT, when) + text : " ".repeat(when.length()) + text);
      }
    }
    return lines;
  }

  private static Ink inkOf(HistoryLine entry) {
    return switch (entry.level()) {
      case WARNING -> Ink.CAUTION;
      case CHANGE -> Ink.STRONG;
      case DETAIL -> Ink.FAINT;
    };
  }

  private String clock(Instant at) {
    return CLOCK.format(at.atZone(zone));
  }
}
