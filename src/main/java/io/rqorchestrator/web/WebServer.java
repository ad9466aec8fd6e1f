package io.rqorchestrator.web;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.control.StatusBoard;
import io.rqorchestrator.time.TickSource;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the pool's metrics, health, status, history and dashboard, read-only. It reads only what
 * the supervisor publishes, so slow clients do not delay the supervisor, and a hung Redis does not
 * delay clients.
 */
public final class WebServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);

  private static final String EVENTS = "/api/v1/events";
  private static final long MILLIS_BETWEEN_CHECKS = 50;

  /**
   * Settings of the JDK's server. A client must send its request within a second; then its
   * connection is closed to make room for others. A silent client costs two kilobytes and a file
   * descriptor.
   */
  private static final Map<String, String> LIMITS =
      Map.of(
          "jdk.httpserver.maxConnections", "512",
          "sun.net.httpserver.maxReqTime", "1", // seconds
          "sun.net.httpserver.timerMillis", "250",
          "sun.net.httpserver.clockTick", "250"); // milliseconds

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
              + " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Resource-Policy",
          "same-origin");

  private final HttpServer server;
  private final RequestFilter filter;
  private final Map<String, Page> pages;
  private final RequestThreads threads;
  private final EventStreams streams;
  private final CountDownLatch closing = new CountDownLatch(1);

  private WebServer(
      String host, HttpServer server, StatusBoard board, EventHistory history, TickSource ticks) {
    this.server = server;
    this.filter = new RequestFilter(host, server.getAddress().getAddress());
    StatusText text = new StatusText();
    this.pages = Pages.of(board, text, history, ticks);
    this.threads = new RequestThreads(ticks);
    this.streams = new EventStreams(board, text, history, ticks);
  }

  /**
   * Starts the server.
   *
   * @param host name or address to listen on
   * @param port 0 to 65535; 0 for any free port
   * @throws IOException if it cannot listen, for example because the port is in use
   */
  public static WebServer start(
      String host, int port, StatusBoard board, EventHistory history, TickSource ticks)
      throws IOException {
    // The JDK's server reads these system properties once; it has no other way to set them.
    LIMITS.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) {
            System.setProperty(name, value);
          }
        });
    InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), port);
    WebServer web = new WebServer(host, HttpServer.create(address, 64), board, history, ticks);
    web.start();
    return web;
  }

  private void start() {
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    Daemons.thread("http checks", this::endSlow).start();
    server.start();
  }

  /** The address that it listens on. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private void endSlow() {
    try {
      while (!closing.await(MILLIS_BETWEEN_CHECKS, TimeUnit.MILLISECONDS)) {
        threads.endSlow();
        streams.endSlow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    HEADERS.forEach(headers::set);
    String method = exchange.getRequestMethod();
    PageRequest request = PageRequest.of(exchange);
    Optional<PageResponse> answer = filter.refusal(method, request.header("Host").orElse(null));
    if (answer.isEmpty()) {
      String path = exchange.getRequestURI().getPath();
      answer =
          path.equals(EVENTS) && method.equals("GET")
              ? streams.open(exchange, request)
              : Optional.of(answer(path, request));
    }
    if (answer.isPresent()) {
      send(exchange, answer.get());
    }
  }

  private PageResponse answer(String path, PageRequest request) {
    Page page = pages.get(path);
    if (page == null) {
      return PageResponse.line(404, "not found");
    }
    try {
      return page.answer(request);
    } catch (RuntimeException
        | LinkageError e) { // LinkageError: the jar may have been replaced while the daemon runs
      LOG.warn("http: {} cannot be shown: {}", path, e.toString());
      return PageResponse.line(500, "internal error, see the log");
    }
  }

  private static void send(HttpExchange exchange, PageResponse answer) throws IOException {
    try (exchange) {
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      long length = exchange.getRequestMethod().equals("HEAD") ? -1 : answer.length();
      exchange.sendResponseHeaders(answer.status(), length);
      if (length >= 0) {
        try (OutputStream out = exchange.getResponseBody()) {
          answer.writeTo(out);
        }
      }
    } catch (RuntimeException
        | LinkageError e) { // the JSON sent so far is incomplete, so clients notice the error
      LOG.warn("http: {} cannot be shown: {}", exchange.getRequestURI(), e.toString());
    }
  }

  @Override
  public void close() {
    streams.close();
    server.stop(0);
    threads.close();
    closing.countDown();
  }
}
