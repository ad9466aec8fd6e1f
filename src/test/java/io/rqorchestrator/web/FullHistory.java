package io.rqorchestrator.web;

import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.control.GivenStatus;
import io.rqorchestrator.event.ScalingEvent;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.scaling.ScalingDecision;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The history of a pool that has been at work for long: no entry and no point more fits. */
final class FullHistory {

  private static final String REASON =
      "held by --memory-budget (8192 MB): 7 workers take 7431 MB, one more takes 1061 MB, so"
          + " the pool stays; utilization 0.71 > 0.50 (load 4.97, window 30s, queued 12) asks for ";

  private FullHistory() {}

  static EventHistory get() {
    EventHistory history = new EventHistory();
    Tick at = new Tick(0, GivenStatus.NOON);
    for (int i = 0; i < EventHistory.MOST_ENTRIES; i++) {
      at = at.plus(Duration.ofSeconds(1));
      Reason reason = new Reason(Reason.Code.ABOVE_THRESHOLD, REASON + i);
      history.accept(at, new ScalingEvent.Decided(new ScalingDecision.Grow(7, 8, reason), false));
      history.accept(
          at,
          new ScalingEvent.Measured(
              4.97,
              Duration.ofSeconds(30),
              0.71,
              7,
              7,
              5,
              12,
              Optional.of(Duration.ofSeconds(2)),
              0,
              0,
              List.of()));
    }
    return history;
  }
}
