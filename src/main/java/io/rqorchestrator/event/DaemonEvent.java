package io.rqorchestrator.event;

import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.wire.WireName;
import java.time.Duration;

/** Troubles of the daemon itself. */
public sealed interface DaemonEvent extends Event {

  /**
   * The loop made no turn for much longer than it rests: the daemon or all of its host was stopped,
   * or starved. Whoever was silent meanwhile is given time anew.
   *
   * @param by how late the turn is
   */
  @WireName("loop_stalled")
  record LoopStalled(@WireName("by") Duration by) implements DaemonEvent, Warning {
    @Override
    public String describe() {
      return "the daemon stood still for %s: Redis and workers are given their time anew"
          .formatted(DurationText.of(by));
    }
  }

  /**
   * Lines were dropped because nobody took them in time; now they are taken again.
   *
   * @param log lines of the log
   * @param history lines of the history file
   */
  @WireName("lines_dropped")
  record LinesDropped(@WireName("log") long log, @WireName("history") long history)
      implements DaemonEvent, Warning {
    @Override
    public String describe() {
      return "%d lines of the log and %d of the history file were dropped: they were not taken in time"
          .formatted(log, history);
    }
  }

  /** An error inside a tick; the loop went on. */
  @WireName("tick_failed")
  record TickFailed(@WireName("problem") String problem) implements DaemonEvent, Warning {
    @Override
    public String describe() {
      return "internal error, the pool is held as it is: " + problem;
    }
  }
}
