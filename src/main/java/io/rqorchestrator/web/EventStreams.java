package io.rqorchestrator.web;

import com.sun.net.httpserver.HttpExchange;
import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.control.StatusBoard;
import io.rqorchestrator.time.TickSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The live streams: one thread per client, up to a limit. */
final class EventStreams implements AutoCloseable {

  /** Most clients at a time. */
  static final int MOST = 32;

  private static final long MILLIS_BETWEEN = 500;
  private static final Duration LONGEST_WRITE = Duration.ofSeconds(10);

  private final StatusBoard board;
  private final StatusText text;
  private final EventHistory history;
  private final ClientTimeout timeout;
  private final Semaphore places = new Semaphore(MOST);
  private final CountDownLatch closing = new CountDownLatch(1);

  EventStreams(StatusBoard board, StatusText text, EventHistory history, TickSource ticks) {
    this.board = board;
    this.text = text;
    this.history = history;
    this.timeout = new ClientTimeout(ticks);
  }

  /**
   * Serves a client on its own thread.
   *
   * @return the refusal, to be sent by the caller; empty if the client is served
   */
  Optional<PageResponse> open(HttpExchange exchange, PageRequest request) {
    if (!places.tryAcquire()) {
      return Optional.of(
          PageResponse.line(503, "already " + MOST + " streams are open")
              .with("Retry-After", "10"));
    }
    // A browser that reconnects sends its last position in this header.
    Position start =
        request
            .header("Last-Event-ID")
            .or(() -> request.parameter("after"))
            .map(Position::parse)
            .orElse(Position.NOW);
    Daemons.thread("http stream", () -> serve(exchange, start)).start();
    return Optional.empty();
  }

  private void serve(HttpExchange exchange, Position start) {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange
          .getResponseHeaders()
          .set("X-Accel-Buffering", "no"); // otherwise nginx buffers the stream
      exchange.sendResponseHeaders(200, 0);
      EventStream stream = new EventStream(board, text, history, start, exchange.getResponseBody());
      do {
        timeout.<IOException>during(stream::sendNews);
      } while (!closing.await(MILLIS_BETWEEN, TimeUnit.MILLISECONDS));
    } catch (IOException | InterruptedException e) {
      // The client has disconnected or was too slow: it reconnects with its last position.
    } finally {
      places.release();
    }
  }

  /** Ends streams whose client does not read. To be called a few times a second. */
  void endSlow() {
    timeout.endLongerThan(LONGEST_WRITE);
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
