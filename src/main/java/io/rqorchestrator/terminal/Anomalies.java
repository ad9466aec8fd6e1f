package io.rqorchestrator.terminal;

import static io.rqorchestrator.terminal.Texts.cut;
import static io.rqorchestrator.terminal.Texts.harmless;

import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.PoolStatus.ForeignRow;
import io.rqorchestrator.control.PoolStatus.OrphanRow;
import io.rqorchestrator.control.PoolStatus.VacancyRow;
import io.rqorchestrator.terminal.Style.Ink;
import io.rqorchestrator.time.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Lines about unusual things: one for all vacancies, one for each orphan, and one for each pool and
 * host with foreign workers.
 */
final class Anomalies {

  private static final int LEAST_HOST = 12;
  private static final int MOST_HOSTS = 5;

  private final Style style;
  private final List<String> lines = new ArrayList<>();

  Anomalies(Style style) {
    this.style = style;
  }

  List<String> lines(PoolStatus status) {
    status.vacancies().stream()
        .min(Comparator.comparing(VacancyRow::retryIn))
        .ifPresent(next -> add(vacancies(status.vacancies().size(), next)));
    for (OrphanRow orphan : status.orphans()) {
      add(
          "%s of a dead worker: pid %d, for %s"
              .formatted(
                  orphan.horse() ? "horse" : "scheduler",
                  orphan.pid(),
                  DurationText.of(Duration.between(orphan.since(), status.at()))));
    }
    Map<String, List<ForeignRow>> byHost = new TreeMap<>();
    for (ForeignRow foreign : status.foreign()) {
      String host = harmless(foreign.host().orElse("an unknown host"));
      String whose = foreign.pool().map(pool -> "of pool " + harmless(pool) + " ").orElse("");
      byHost.computeIfAbsent(whose + "on " + host, unused -> new ArrayList<>()).add(foreign);
    }
    byHost.entrySet().stream()
        .limit(MOST_HOSTS)
        .forEach(host -> add(foreign(host.getKey(), host.getValue())));
    if (byHost.size() > MOST_HOSTS) {
      add("foreign workers: on %d more hosts".formatted(byHost.size() - MOST_HOSTS));
    }
    if (status.samples().leftOut() > 0) {
      add(
          "left out: %d names or values in Redis, too many or too long"
              .formatted(status.samples().leftOut()));
    }
    long dropped = status.loop().droppedLogLines() + status.loop().droppedHistoryLines();
    if (dropped > 0) {
      add(
          "dropped: %d lines of log and history that could not be written in time"
              .formatted(dropped));
    }
    return lines;
  }

  private static String vacancies(int count, VacancyRow next) {
    return "%s: failed %d times, tries again in %s"
        .formatted(
            count == 1 ? "vacancy" : count + " vacancies, the next",
            next.failures(),
            DurationText.of(next.retryIn()));
  }

  /** A line for the foreign workers of one pool and host. Long names are cut in the middle. */
  private String foreign(String whose, List<ForeignRow> workers) {
    long busy = workers.stream().filter(ForeignRow::busy).count();
    if (workers.size() > 1) {
      String rest = ", %d busy".formatted(busy);
      String begin = "foreign workers: %d ".formatted(workers.size());
      return begin + middle(whose, begin.length() + rest.length()) + rest;
    }
    String begin = "foreign worker: ";
    String rest = busy == 1 ? ", busy" : "";
    String name = harmless(workers.get(0).name());
    int taken = begin.length() + " ".length() + rest.length();
    String shown = middle(name, taken + Math.min(whose.length(), LEAST_HOST));
    return begin + shown + " " + middle(whose, taken + shown.length()) + rest;
  }

  private String middle(String name, int taken) {
    return Texts.middle(name, Math.max(LEAST_HOST, style.width() - taken), style);
  }

  private void add(String text) {
    lines.add(style.paint(Ink.CAUTION, cut(text, style.width(), style)));
  }
}
