package io.rqorchestrator.daemon;

import io.rqorchestrator.config.HttpAddress;
import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.control.StatusBoard;
import io.rqorchestrator.socket.ControlSocket;
import io.rqorchestrator.supervisor.Mailbox;
import io.rqorchestrator.supervisor.Message;
import io.rqorchestrator.time.TickSource;
import io.rqorchestrator.web.WebServer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a running pool is seen and operated: its control socket, and HTTP with {@code --http}. */
final class Endpoints {

  private static final Logger LOG = LoggerFactory.getLogger(Endpoints.class);

  private final StatusBoard board;
  private final EventHistory history;
  private final TickSource ticks;

  Endpoints(StatusBoard board, EventHistory history, TickSource ticks) {
    this.board = board;
    this.history = history;
    this.ticks = ticks;
  }

  /**
   * Opens the dashboard and the metrics.
   *
   * @throws CannotRun if the address cannot be listened on
   */
  Closeable http(HttpAddress http) throws CannotRun {
    try {
      WebServer server = WebServer.start(http.host(), http.port(), board, history, ticks);
      LOG.info(
          "dashboard and metrics at http://{}/",
          new HttpAddress(http.host(), server.address().getPort()));
      return server::close;
    } catch (IOException e) {
      throw new CannotRun(
          "--http (%s) cannot be listened on: %s; choose another address or port"
              .formatted(http, e.getMessage()));
    }
  }

  /** Opens the control socket. If that fails, the pool runs all the same. */
  Closeable control(Path file, Mailbox mailbox) {
    try {
      ControlSocket socket =
          ControlSocket.open(
              file,
              board,
              history,
              (command, by, reply) -> mailbox.post(new Message.Operator(command, by, reply)),
              ticks);
      LOG.info("control socket {}", file);
      return socket::close;
    } catch (IOException e) {
      LOG.warn("control socket {} cannot be opened, the pool takes no commands: {}", file, "" + e);
      return () -> {};
    }
  }
}
