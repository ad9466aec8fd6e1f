package io.rqorchestrator.control;

import io.rqorchestrator.control.Counters.DecisionCount;
import io.rqorchestrator.control.Counters.DecisionKind;
import io.rqorchestrator.control.Counters.ExitCount;
import io.rqorchestrator.event.DaemonEvent;
import io.rqorchestrator.event.Ending;
import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.OrphanEvent;
import io.rqorchestrator.event.ScalingEvent;
import io.rqorchestrator.event.WorkerEvent;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.scaling.ScalingDecision;
import io.rqorchestrator.time.Tick;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts events. Every kind of ending is listed from the start, with 0. */
public final class EventTally implements EventSink {

  private final Map<Ending, Long> exits = new EnumMap<>(Ending.class);
  private final Map<DecisionKind, Map<Reason.Code, Long>> decisions =
      new EnumMap<>(DecisionKind.class);
  private long starts;
  private long failedStarts;
  private long adopted;
  private long orphansKilled;
  private long internalErrors;

  @Override
  public void accept(Tick at, Event event) {
    if (event instanceof ScalingEvent.Decided decided) {
      ScalingDecision decision = decided.decision();
      decisions
          .computeIfAbsent(kind(decision), kind -> new EnumMap<>(Reason.Code.class))
          .merge(decision.reason().code(), 1L, Long::sum);
    } else if (event instanceof WorkerEvent.WorkerGone gone) {
      exits.merge(gone.ending(), 1L, Long::sum);
    } else if (event instanceof WorkerEvent.WorkerStarted) {
      starts++;
    } else if (event instanceof WorkerEvent.StartFailed) {
      failedStarts++;
    } else if (event instanceof WorkerEvent.WorkerAdopted) {
      adopted++;
    } else if (event instanceof OrphanEvent.OrphanKilled killed) {
      orphansKilled += killed.coldStop() ? 0 : 1;
    } else if (event instanceof DaemonEvent.TickFailed) {
      internalErrors++;
    }
  }

  private static DecisionKind kind(ScalingDecision decision) {
    if (decision instanceof ScalingDecision.Hold) {
      return DecisionKind.HOLD;
    }
    return decision instanceof ScalingDecision.Grow ? DecisionKind.GROW : DecisionKind.SHRINK;
  }

  /** The counts so far. */
  public Counters counters() {
    List<ExitCount> ends = new ArrayList<>();
    for (Ending ending : Ending.values()) {
      ends.add(new ExitCount(ending, exits.getOrDefault(ending, 0L)));
    }
    List<DecisionCount> decided = new ArrayList<>();
    decisions.forEach(
        (kind, byReason) ->
            byReason.forEach(
                (reason, count) -> decided.add(new DecisionCount(kind, reason, count))));
    return new Counters(
        starts, failedStarts, adopted, ends, orphansKilled, internalErrors, decided);
  }
}
