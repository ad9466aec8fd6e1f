package io.rqorchestrator.control;

import static io.rqorchestrator.scaling.Reason.Code.ABOVE_THRESHOLD;
import static io.rqorchestrator.scaling.Reason.Code.AT_MIN;
import static io.rqorchestrator.time.Ticks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.OrphanEvent;
import io.rqorchestrator.event.ScalingEvent;
import io.rqorchestrator.rq.Histograms;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.scaling.ScalingDecision.Grow;
import io.rqorchestrator.scaling.ScalingDecision.Hold;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventHistoryTest {

  private final EventHistory history = new EventHistory();

  private static ScalingEvent.Decided hold(String text, boolean repeated) {
    return new ScalingEvent.Decided(new Hold(2, new Reason(AT_MIN, text)), repeated);
  }

  private static ScalingEvent.Measured measured(int active) {
    return new ScalingEvent.Measured(
        1.5,
        Duration.ofSeconds(30),
        0.75,
        active,
        active,
        1,
        4,
        Optional.of(Duration.ofSeconds(3)),
        90,
        45.5,
        Histograms.of(0.505, 90).counts());
  }

  @Test
  void aRepeatedDecisionIsOneEntryThatMovesToTheEnd() {
    history.accept(at(5), hold("at min 2: first", false));
    history.accept(at(6), new OrphanEvent.DeadWorkerRecordRemoved("dead"));
    history.accept(at(10), hold("at min 2: second", true));
    history.accept(at(15), hold("at min 2: third", true));

    List<HistoryEntry> entries = history.after(0);
    assertThat(entries).hasSize(2);
    assertThat(entries.get(1))
        .isEqualTo(
            new HistoryEntry(4, 1, at(5).wall(), at(15).wall(), 3, hold("at min 2: third", true)));
  }

  @Test
  void aDecisionOfAnotherKindIsAnEntryOfItsOwn() {
    history.accept(at(5), hold("at min 2", false));
    history.accept(
        at(10),
        new ScalingEvent.Decided(new Grow(2, 3, new Reason(ABOVE_THRESHOLD, "busy")), false));
    history.accept(at(15), hold("at min 2", false));

    assertThat(history.after(0)).extracting(HistoryEntry::times).containsExactly(1, 1, 1);
  }

  @Test
  void aReaderFollowsBySequence() {
    history.accept(at(5), hold("at min 2", false));
    history.accept(at(6), new OrphanEvent.DeadWorkerRecordRemoved("dead"));
    long seen = history.after(0).get(1).sequence();
    assertThat(history.after(seen)).isEmpty();

    history.accept(at(10), hold("at min 2", true));
    assertThat(history.after(seen)).extracting(HistoryEntry::id).containsExactly(1L);
  }

  @Test
  void theOldestEntriesGo() {
    for (int i = 0; i < EventHistory.MOST_ENTRIES + 10; i++) {
      history.accept(at(i), new OrphanEvent.DeadWorkerRecordRemoved("dead " + i));
    }
    List<HistoryEntry> entries = history.after(0);
    assertThat(entries).hasSize(EventHistory.MOST_ENTRIES);
    assertThat(entries.get(0).event())
        .isEqualTo(new OrphanEvent.DeadWorkerRecordRemoved("dead 10"));
    assertThat(history.newest(2)).isEqualTo(entries.subList(entries.size() - 2, entries.size()));
  }

  @Test
  void aDecisionThatWasPushedOutBeginsAnew() {
    history.accept(at(0), hold("at min 2", false));
    for (int i = 0; i < EventHistory.MOST_ENTRIES; i++) {
      history.accept(at(i), new OrphanEvent.DeadWorkerRecordRemoved("dead " + i));
    }
    history.accept(at(5000), hold("at min 2", true));

    HistoryEntry last = history.newest(1).get(0);
    assertThat(last.times()).isEqualTo(1);
    assertThat(last.since()).isEqualTo(at(5000).wall());
  }

  @Test
  void theCurveHasAPointASecondHoweverOftenIsSampled() {
    for (int i = 0; i < 50; i++) {
      history.accept(at(i / 10.0), measured(i));
    }
    assertThat(history.trend()).extracting(TrendPoint::active).containsExactly(0, 10, 20, 30, 40);
    assertThat(history.after(0)).as("samples are no entries").isEmpty();
  }

  @Test
  void theCurveIsBounded() {
    for (int i = 0; i < EventHistory.MOST_POINTS + 5; i++) {
      history.accept(at(i), measured(i));
    }
    assertThat(history.trend()).hasSize(EventHistory.MOST_POINTS);
    assertThat(history.trend().get(0).active()).isEqualTo(5);
  }
}
