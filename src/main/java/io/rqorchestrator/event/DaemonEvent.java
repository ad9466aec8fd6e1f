package io.rqorchestrator.event;

import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.wire.WireName;
import java.time.Duration;

/** Problems of the daemon itself. */
public sealed interface DaemonEvent extends Event {

  /**
   * The loop made no turn for much longer than it rests: the daemon or its whole host was stopped
   * or starved. All timeouts start again, because silence during that time proves nothing.
   *
   * @param by how late the turn is
   */
  @WireName("loop_stalled")
  record LoopStalled(@WireName("by") Duration by) implements DaemonEvent, Warning {
    @Override
    public String describe() {
      return "the daemon stood still for %s: all timeouts of Redis and workers start again"
          .formatted(DurationText.of(by));
    }
  }

  /**
   * Lines were dropped because the log reader or the disk was too slow. Lines are written again.
   *
   * @param log lines of the log
   * @param history lines of the history file
   */
  @WireName("lines_dropped")
  record LinesDropped(@WireName("log") long log, @WireName("history") long history)
      implements DaemonEvent, Warning {
    @Override
    public String describe() {
      return "%d lines of the log and %d of the history file were dropped: they could not be written in time"
          .formatted(log, history);
    }
  }

  /** An error in a turn of the loop. The loop goes on. */
  @WireName("tick_failed")
  record TickFailed(@WireName("problem") String problem) implements DaemonEvent, Warning {
    @Override
    public String describe() {
      return "internal error, the pool is held as it is: " + problem;
    }
  }
}
