package io.rqorchestrator.event;

import io.rqorchestrator.text.CountText;
import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.wire.WireName;
import java.time.Duration;

/** What an operator requested, and what came of it. */
public sealed interface OperatorEvent extends Event {

  /** A rolling restart was requested. */
  @WireName("restart_requested")
  record RestartRequested(@WireName("by") String by, @WireName("workers") int workers)
      implements OperatorEvent {
    @Override
    public String describe() {
      return by + ": rolling restart of " + CountText.workers(workers);
    }
  }

  /** A rolling restart was requested while another one is under way. */
  @WireName("restart_queued")
  record RestartQueued(@WireName("by") String by) implements OperatorEvent {
    @Override
    public String describe() {
      return by + ": a rolling restart is under way, one more follows";
    }
  }

  /** No further worker is replaced for now. */
  @WireName("restart_waits")
  record RestartWaits(@WireName("why") String why) implements OperatorEvent, Warning {
    @Override
    public String describe() {
      return "restart waits: " + why;
    }
  }

  /** The last outdated worker has been replaced. */
  @WireName("restart_done")
  record RestartDone(@WireName("after") Duration after) implements OperatorEvent {
    @Override
    public String describe() {
      return "rolling restart done after " + DurationText.of(after);
    }
  }

  /**
   * An operator gave a command.
   *
   * @param by who gave it
   * @param command as it is typed
   * @param accepted whether the pool carries it out
   * @param answer the answer to the operator
   */
  @WireName("command_answered")
  record CommandAnswered(
      @WireName("by") String by,
      @WireName("command") String command,
      @WireName("accepted") boolean accepted,
      @WireName("answer") String answer)
      implements OperatorEvent {
    @Override
    public String describe() {
      return "%s: %s: %s%s".formatted(by, command, accepted ? "" : "refused: ", answer);
    }
  }

  /** A size override that an earlier daemon of this pool was given still holds. */
  @WireName("size_override_recalled")
  record SizeOverrideRecalled(@WireName("size_override") String sizeOverride)
      implements OperatorEvent {
    @Override
    public String describe() {
      return sizeOverride + " by an operator before this daemon began; scale auto ends that";
    }
  }

  /** A stop of the daemon was requested. */
  @WireName("stop_requested")
  record StopRequested(
      @WireName("by") String by, @WireName("cold") boolean cold, @WireName("live") int live)
      implements OperatorEvent {
    @Override
    public String describe() {
      return cold
          ? "%s: cold stop of %s, the jobs are left to RQ's clean-up"
              .formatted(by, CountText.workers(live))
          : "%s: draining %s, each finishes its job".formatted(by, CountText.workers(live));
    }

    @Override
    public Level level() {
      return cold ? Level.WARNING : Level.CHANGE;
    }
  }
}
