package io.rqorchestrator.terminal;

import static io.rqorchestrator.terminal.Texts.cut;
import static io.rqorchestrator.terminal.Texts.duration;
import static io.rqorchestrator.terminal.Texts.harmless;

import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.PoolStatus.ForeignRow;
import io.rqorchestrator.control.PoolStatus.StrayRow;
import io.rqorchestrator.control.PoolStatus.VacancyRow;
import io.rqorchestrator.terminal.Style.Ink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What should not be there: vacancies in a line, strays each in one, and a line per foreign host.
 */
final class Oddities {

  private final Style style;
  private final List<String> lines = new ArrayList<>();

  Oddities(Style style) {
    this.style = style;
  }

  List<String> lines(PoolStatus status) {
    status.vacancies().stream()
        .min(Comparator.comparing(VacancyRow::retryIn))
        .ifPresent(next -> add(vacancies(status.vacancies().size(), next)));
    for (StrayRow stray : status.strays()) {
      add(
          "%s of a dead worker: pid %d, for %s"
              .formatted(
                  stray.horse() ? "horse" : "scheduler",
                  stray.pid(),
                  duration(Duration.between(stray.since(), status.at()))));
    }
    Map<String, List<ForeignRow>> byHost = new TreeMap<>();
    for (ForeignRow foreign : status.foreign()) {
      String host = harmless(foreign.host().orElse("an unknown host"));
      byHost.computeIfAbsent(host, unused -> new ArrayList<>()).add(foreign);
    }
    byHost.forEach((host, workers) -> add(foreign(host, workers)));
    return lines;
  }

  private static String vacancies(int count, VacancyRow next) {
    return "%s: failed %d times, tries again in %s"
        .formatted(
            count == 1 ? "vacancy" : count + " vacancies, the next",
            next.failures(),
            duration(next.retryIn()));
  }

  private static String foreign(String host, List<ForeignRow> workers) {
    long busy = workers.stream().filter(ForeignRow::busy).count();
    return workers.size() == 1
        ? "foreign worker: %s on %s%s"
            .formatted(harmless(workers.get(0).name()), host, busy == 1 ? ", busy" : "")
        : "foreign workers: %d on %s, %d busy".formatted(workers.size(), host, busy);
  }

  private void add(String text) {
    lines.add(style.paint(Ink.CAUTION, cut(text, style.width(), style)));
  }
}
