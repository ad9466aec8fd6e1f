package io.rqorchestrator.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.control.GivenStatus;
import io.rqorchestrator.control.HistoryLine;
import io.rqorchestrator.control.PoolState;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.TrendPoint;
import io.rqorchestrator.event.Event;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusScreenTest {

  private static final int HIGH = 1000;

  private static StatusScreen screen(Style style) {
    return new StatusScreen(style, ZoneOffset.UTC);
  }

  private static Style plain(int width) {
    return new Style(width, false, true);
  }

  private static List<HistoryLine> history() {
    return List.of(
        new HistoryLine(
            1,
            1,
            GivenStatus.NOON.minusSeconds(60),
            GivenStatus.NOON.minusSeconds(60),
            1,
            Event.Level.CHANGE,
            "grow 2 -> 3: utilization 0.71 > 0.50 (load 1.42, window 30s, queued 12)"),
        new HistoryLine(
            14,
            2,
            GivenStatus.NOON.minusSeconds(55),
            GivenStatus.NOON,
            12,
            Event.Level.DETAIL,
            "hold at 3: utilization 0.42 in 0.25..0.50 (load 1.26, window 30s, queued 12)"));
  }

  private static List<TrendPoint> trend(int points) {
    List<TrendPoint> trend = new ArrayList<>();
    for (int i = 0; i < points; i++) {
      trend.add(
          new TrendPoint(
              GivenStatus.NOON.minusSeconds(points - i - 1L),
              1 + i / 100,
              1 + i / 100,
              1,
              1,
              0.5,
              i % 50,
              Optional.empty()));
    }
    return trend;
  }

  @Test
  void aPoolThatAimsAtAWaitShowsNoThresholds() {
    PoolStatus aiming = new GivenStatus().aimingAt(Duration.ofSeconds(2)).status();
    assertThat(screen(plain(80)).lines(aiming, trend(300), history(), HIGH))
        .contains(
            "busy     ━━━━━━━━━━━━━━━━━━━━━·····························  42%",
            "         load 1.26 in 30s; target wait 2s");
  }

  @Test
  void atEightyColumns() {
    assertThat(screen(plain(80)).lines(GivenStatus.plain(), trend(300), history(), HIGH))
        .containsExactly(
            "mail  running                                                 up 1h02m  12:00:00",
            "workers  3 of 1..8 (1 busy, 1 idle, 1 starting, 1 draining)",
            "busy     ━━━━━━━━━━━━━╂━━━━━━━····┃························  42%",
            "         load 1.26 in 30s; grows above 50%, shrinks below 25%",
            "jobs     4 done; wait p50 0.4s p95 1.5s; run -",
            "memory   250 MB: workers 180 MB, daemon 50 MB, fork server 20 MB",
            "",
            "workers  ▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆█████████████████ 3",
            "queue    ▁▂▃▄▅▆▇██▂▃▄▅▆▇██▁▂▃▄▅▆▇██▂▃▄▅▆▇██▁▂▃▄▅▆▇██▂▃▄▅▆▇██ 49  (last 4m59s)",
            "",
            "queue    waiting  oldest",
            "high           0       -",
            "default       12    4.2s  2 due",
            "vacancy: failed 2 times, tries again in 3.5s",
            "horse of a dead worker: pid 99, for 5s",
            "foreign worker: other.1 on host2, busy",
            "",
            "         pid role    state    job                     for  memory   jobs    age",
            "w1      4801 core    busy     f3a4e0b2-…0a1c2d3e4f  1m15s   41 MB     10     1h",
            "w2      4802 elastic idle                                   42 MB     20    30m",
            "w3      4803 elastic draining (retire) report       1m15s   43 MB     30    20m",
            "w5      4805 elastic starting                               45 MB     50    12m",
            "",
            "11:59:00 grow 2 -> 3: utilization 0.71 > 0.50 (load 1.42, window 30s, queued 12)",
            "12:00:00 hold at 3: utilization 0.42 in 0.25..0.50 (load 1.26, window 30s,",
            "         queued 12) (12 times since 11:59:05)");
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 40, 60, 79, 80, 81, 100, 132, 250})
  void noLineIsWiderThanTheTerminal(int width) {
    for (PoolState state : PoolState.values()) {
      List<String> lines =
          screen(plain(width))
              .lines(
                  new GivenStatus()
                      .in(state)
                      .because("a rather long problem, as exceptions have them: " + state)
                      .status(),
                  trend(900),
                  history(),
                  HIGH);
      assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(width));
    }
  }

  @Test
  void coloursTakeNoRoom() {
    List<String> plain =
        screen(plain(80)).lines(GivenStatus.degraded(), trend(60), history(), HIGH);
    List<String> coloured =
        screen(new Style(80, true, true)).lines(GivenStatus.degraded(), trend(60), history(), HIGH);

    assertThat(String.join("\n", coloured)).contains("\033[31m");
    assertThat(coloured.stream().map(line -> line.replaceAll("\033\\[[0-9]*m", "").stripTrailing()))
        .containsExactlyElementsOf(plain.stream().map(String::stripTrailing).toList());
    assertThat(String.join("\n", plain)).doesNotContain("\033");
  }

  @Test
  void asciiStandsInWhereThereAreNoBlocks() {
    List<String> lines =
        screen(new Style(80, false, false))
            .lines(GivenStatus.degraded(), trend(60), history(), HIGH);
    assertThat(String.join("\n", lines)).matches("\\A\\p{ASCII}*\\z");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 12, 24, 50})
  void fitsTheHeightOfTheTerminal(int height) {
    List<String> lines =
        screen(plain(80))
            .lines(new GivenStatus().idleWorkers(100).status(), trend(60), history(), height);
    assertThat(lines).hasSizeLessThanOrEqualTo(height);
    int end = lines.indexOf("         queued 12) (12 times since 11:59:05)");
    assertThat(end <= 0 || lines.get(end - 1).contains("hold at 3"))
        .as("no entry without its beginning: %s", lines)
        .isTrue();
    if (height >= 24) {
      assertThat(lines).anySatisfy(line -> assertThat(line).matches("and \\d+ more"));
      assertThat(lines).anySatisfy(line -> assertThat(line).contains("hold at 3"));
    }
  }

  /** Two hosts that share queues, a crash loop, many queues: when the screen is needed most. */
  @ParameterizedTest
  @ValueSource(ints = {2, 8, 16, 40})
  void whatIsBesideTheWorkersLeavesRoomForThemAndForTheLastDecision(int crowd) {
    List<String> lines =
        screen(plain(80))
            .lines(
                new GivenStatus().idleWorkers(20).crowded(crowd).status(),
                trend(60),
                history(),
                23);
    assertThat(lines)
        .hasSizeLessThanOrEqualTo(23)
        .anySatisfy(line -> assertThat(line).startsWith("w1 "))
        .anySatisfy(line -> assertThat(line).startsWith("high "))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith(
                        crowd + " vacancies, the next: failed 2 times, tries again in 3.5s"))
        .anySatisfy(line -> assertThat(line).contains("hold at 3"));
  }

  @Test
  void whereThereIsRoomAllOfItIsShown() {
    List<String> lines =
        screen(plain(80)).lines(new GivenStatus().crowded(9).status(), trend(60), history(), HIGH);
    assertThat(lines)
        .contains("foreign workers: 8 on host2, 8 busy", "foreign worker: other.9 on host3, busy")
        .contains("horse of a dead worker: pid 107, for 5s")
        .anySatisfy(line -> assertThat(line).startsWith("default8 "))
        .noneMatch(line -> line.endsWith(" more"));
  }

  @Test
  void showsEveryWorkerWhenThereIsRoom() {
    List<String> lines =
        screen(plain(80)).lines(GivenStatus.degraded(), List.of(), List.of(), HIGH);
    assertThat(String.join("\n", lines))
        .contains("w1 ", "busy", "1m15s", "41 MB")
        .contains("(retire) report")
        .contains("foreign worker: other.1 on host2, busy")
        .contains("horse of a dead worker: pid 99, for 5s")
        .contains("vacancy: failed 2 times, tries again in 3.5s");
  }

  @Test
  void aHeldPoolSaysAtWhatSize() {
    assertThat(screen(plain(80)).history(history()))
        .containsExactly(
            "11:59:00 grow 2 -> 3: utilization 0.71 > 0.50 (load 1.42, window 30s, queued 12)",
            "12:00:00 hold at 3: utilization 0.42 in 0.25..0.50 (load 1.26, window 30s,",
            "         queued 12) (12 times since 11:59:05)");
  }

  @Test
  void namesOfOthersCannotMoveTheCursor() {
    PoolStatus evil = new GivenStatus().atJob("\033[2Jid\r\n\u202Ejob").status();
    List<String> lines = screen(plain(80)).lines(evil, List.of(), List.of(), HIGH);
    assertThat(String.join("", lines)).doesNotContain("\033", "\r", "\n", "\u202E");
    assertThat(lines).anySatisfy(line -> assertThat(line).contains("?[2Jid???job"));
  }
}
