package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.DroppedLines;
import io.rqorchestrator.event.DaemonEvent;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.time.Tick;
import java.util.function.Supplier;

/** Reports how many lines of log and history were dropped, once lines are accepted again. */
final class DroppedLinesWatch {

  private final Supplier<DroppedLines> source;
  private final EventSink events;
  private DroppedLines now = DroppedLines.NONE;
  private DroppedLines reported = DroppedLines.NONE;

  /**
   * @param source returns the number of lines dropped so far; must not block
   */
  DroppedLinesWatch(Supplier<DroppedLines> source, EventSink events) {
    this.source = source;
    this.events = events;
  }

  /** Reports newly dropped lines if lines are accepted again. */
  void check(Tick at) {
    now = source.get();
    long log = now.log() - reported.log();
    long history = now.history() - reported.history();
    if (now.isFlowing() && log + history > 0) {
      reported = now;
      events.accept(at, new DaemonEvent.LinesDropped(log, history));
    }
  }

  /** The number of lines dropped so far. */
  DroppedLines dropped() {
    return now;
  }
}
