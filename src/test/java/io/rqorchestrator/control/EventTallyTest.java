package io.rqorchestrator.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.control.Counters.DecisionCount;
import io.rqorchestrator.control.Counters.DecisionKind;
import io.rqorchestrator.control.Counters.ExitCount;
import io.rqorchestrator.event.DaemonEvent;
import io.rqorchestrator.event.Ending;
import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.OrphanEvent;
import io.rqorchestrator.event.ScalingEvent;
import io.rqorchestrator.event.WorkerEvent;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.scaling.ScalingDecision;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventTallyTest {

  private static final Tick NOW = new Tick(0, Instant.EPOCH);
  private static final WorkerId W1 = new WorkerId(1);

  private final EventTally tally = new EventTally();

  private void happen(Event... events) {
    for (Event event : events) {
      tally.accept(NOW, event);
    }
  }

  private static Event gone(Ending ending) {
    return new WorkerEvent.WorkerGone(
        W1, 10, ending, "exit code 0", Duration.ofSeconds(1), Optional.empty());
  }

  @Test
  void everyEndingIsListedFromTheBeginning() {
    assertThat(tally.counters().exits())
        .extracting(ExitCount::ending)
        .containsExactly(Ending.values());
    assertThat(tally.counters().exits()).allMatch(exit -> exit.count() == 0);
  }

  @Test
  void countsEndsByHowTheyCount() {
    happen(gone(Ending.CRASHED), gone(Ending.ASKED), gone(Ending.CRASHED));

    assertThat(tally.counters().exits())
        .contains(new ExitCount(Ending.CRASHED, 2), new ExitCount(Ending.ASKED, 1));
  }

  @Test
  void countsDecisionsByKindAndReason() {
    Reason busy = new Reason(Reason.Code.ABOVE_THRESHOLD, "busy");
    Reason atMax = new Reason(Reason.Code.AT_MAX, "at max");
    Reason idle = new Reason(Reason.Code.BELOW_HALF_THRESHOLD, "idle");
    happen(
        new ScalingEvent.Decided(new ScalingDecision.Grow(1, 2, busy), false),
        new ScalingEvent.Decided(new ScalingDecision.Hold(2, atMax), false),
        new ScalingEvent.Decided(new ScalingDecision.Hold(2, atMax), true),
        new ScalingEvent.Decided(new ScalingDecision.Shrink(2, 1, idle), false));

    assertThat(tally.counters().decisions())
        .containsExactlyInAnyOrder(
            new DecisionCount(DecisionKind.GROW, Reason.Code.ABOVE_THRESHOLD, 1),
            new DecisionCount(DecisionKind.HOLD, Reason.Code.AT_MAX, 2),
            new DecisionCount(DecisionKind.SHRINK, Reason.Code.BELOW_HALF_THRESHOLD, 1));
  }

  @Test
  void countsStartsAndWhatWentWrong() {
    happen(
        new WorkerEvent.WorkerStarted(W1, 10, Role.CORE, "w1"),
        new WorkerEvent.StartFailed("no memory", Duration.ofSeconds(1)),
        new WorkerEvent.WorkerAdopted(W1, 10, Role.CORE),
        new OrphanEvent.OrphanKilled(11, Duration.ofSeconds(55), "", false),
        new OrphanEvent.OrphanKilled(12, Duration.ofSeconds(1), "", true),
        new DaemonEvent.TickFailed("oops"));

    Counters counters = tally.counters();
    assertThat(counters.starts()).isEqualTo(1);
    assertThat(counters.failedStarts()).isEqualTo(1);
    assertThat(counters.adopted()).isEqualTo(1);
    assertThat(counters.orphansKilled()).isEqualTo(1);
    assertThat(counters.internalErrors()).isEqualTo(1);
  }
}
