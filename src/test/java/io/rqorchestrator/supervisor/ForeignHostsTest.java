package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.Event;
import io.rqorchestrator.time.Ticks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ForeignHostsTest {

  private final List<Event> events = new ArrayList<>();
  private final ForeignHosts hosts = new ForeignHosts((now, event) -> events.add(event));

  private static Map<String, List<String>> workers(int from, int to) {
    Map<String, List<String>> workers = new TreeMap<>();
    for (int i = from; i < to; i++) {
      workers.put("host%04d".formatted(i), List.of("w" + i));
    }
    return workers;
  }

  @Test
  void eachHostIsReportedOnce() {
    hosts.report(workers(0, 2), Ticks.at(0));
    hosts.report(workers(0, 3), Ticks.at(1));
    hosts.report(workers(0, 3), Ticks.at(100));
    assertThat(events)
        .extracting(Event::describe)
        .extracting(line -> line.replaceFirst(" take jobs.*: ", ": "))
        .containsExactly(
            "foreign workers on host0000: w0",
            "foreign workers on host0001: w1",
            "foreign workers on host0002: w2");
  }

  @Test
  void ofManyHostsAFewAreNamedAndTheOthersAreReportedTogether() {
    for (int second = 0; second < 59; second++) {
      hosts.report(workers(0, 500 + second), Ticks.at(second));
    }
    assertThat(events).hasSize(4);
    assertThat(events.get(3).describe()).startsWith("foreign workers on 497 more hosts take jobs");

    hosts.report(workers(0, 559), Ticks.at(61));
    assertThat(events).hasSize(8);

    for (int second = 100; second < 100_000; second += 50) {
      hosts.report(workers(second, second + 5000), Ticks.at(second));
    }
    assertThat(events).hasSizeLessThan(20);
  }
}
