package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.DroppedLines;
import io.rqorchestrator.event.DaemonEvent;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.time.Tick;
import java.util.function.Supplier;

/** Tells of lines that were dropped, once lines are taken again. */
final class LineWatch {

  private final Supplier<DroppedLines> source;
  private final EventSink events;
  private DroppedLines now = DroppedLines.NONE;
  private DroppedLines told = DroppedLines.NONE;

  /**
   * @param source what was dropped so far; must not block
   */
  LineWatch(Supplier<DroppedLines> source, EventSink events) {
    this.source = source;
    this.events = events;
  }

  /** Looks, and tells if there is something to tell and it can be heard. */
  void check(Tick at) {
    now = source.get();
    long log = now.log() - told.log();
    long history = now.history() - told.history();
    if (now.isFlowing() && log + history > 0) {
      told = now;
      events.accept(at, new DaemonEvent.LinesDropped(log, history));
    }
  }

  /** What was dropped so far. */
  DroppedLines dropped() {
    return now;
  }
}
