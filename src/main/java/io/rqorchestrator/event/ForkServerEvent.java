package io.rqorchestrator.event;

import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.wire.WireName;
import java.time.Duration;

/** The fork server and what it has preloaded. */
public sealed interface ForkServerEvent extends Event {

  /** A fork server has imported the modules that its workers share. */
  @WireName("preloaded")
  record Preloaded(@WireName("pid") long pid, @WireName("took") Duration took)
      implements ForkServerEvent {
    @Override
    public String describe() {
      return "preloaded by fork server (pid %d) in %s".formatted(pid, DurationText.of(took));
    }
  }

  /** A fork server could not import the modules that its workers are to share. */
  @WireName("preload_failed")
  record PreloadFailed(@WireName("problem") String problem, @WireName("restart") boolean restart)
      implements ForkServerEvent, Warning {
    @Override
    public String describe() {
      return "preload failed: "
          + problem
          + (restart ? "; no restart, the workers keep running" : "; tries again");
    }
  }

  /** The fork server died. */
  @WireName("fork_server_lost")
  record ForkServerLost(@WireName("pid") long pid, @WireName("problem") String problem)
      implements ForkServerEvent, Warning {
    @Override
    public String describe() {
      return "fork server (pid %d) lost: %s; its workers live on, a new fork server is started"
          .formatted(pid, problem);
    }
  }
}
