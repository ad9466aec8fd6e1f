package io.rqorchestrator.daemon;

import io.rqorchestrator.process.Host;
import io.rqorchestrator.supervisor.Message;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The signals that stop or restart the pool, as messages to its supervisor. */
final class StopSignals {

  private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);
  private static final int HANGUP = 1;

  private StopSignals() {}

  /**
   * Listens from now on.
   *
   * @param post takes the messages; must not wait for anything
   * @param stopRequested is completed by the first signal that stops the pool
   */
  static void listen(Consumer<Message> post, CompletableFuture<Void> stopRequested) {
    Consumer<String> stop =
        signal -> {
          post.accept(new Message.StopRequest(signal));
          stopRequested.complete(null);
        };
    Signals.on("TERM", stop);
    Signals.on("INT", stop);
    // With a terminal, SIGHUP means that the terminal was closed, perhaps after a Ctrl-C. Without
    // one, SIGHUP requests a restart. Whether there is a terminal is read now, because the kernel
    // takes it away before it sends the signal.
    Consumer<String> closed =
        signal -> {
          post.accept(new Message.DrainRequest(signal));
          stopRequested.complete(null);
        };
    if (Host.ignores(HANGUP)) {
      LOG.warn(
          "SIGHUP is ignored, as under nohup: to replace the workers, run rq-orchestrator restart");
    }
    Signals.on(
        "HUP",
        Host.hasTerminal() ? closed : signal -> post.accept(new Message.RestartRequest(signal)));
  }
}
