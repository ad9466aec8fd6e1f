package io.rqorchestrator.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.control.GivenStatus;
import io.rqorchestrator.control.PoolState;
import io.rqorchestrator.control.StatusBoard;
import io.rqorchestrator.event.OrphanEvent;
import io.rqorchestrator.time.Tick;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebServerTest {

  private static final Tick NOW = new Tick(0, GivenStatus.NOON);

  private final StatusBoard board = new StatusBoard();
  private final EventHistory history = new EventHistory();
  private volatile Tick now = NOW;
  private WebServer web;

  @BeforeEach
  void start() throws IOException {
    board.publish(GivenStatus.plain(), NOW);
    web = WebServer.start("127.0.0.1", 0, board, history, () -> now);
  }

  @AfterEach
  void stop() {
    web.close();
  }

  private String get(String path) throws IOException {
    return RawClient.get(web.address(), path);
  }

  private String ask(String request) throws IOException {
    return RawClient.ask(web.address(), request);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/dashboard.js",
        "/charts.js",
        "/marks.js",
        "/views.js",
        "/format.js",
        "/dashboard.css",
        "/uplot.js",
        "/uplot.css",
        "/favicon.svg",
        "/metrics",
        "/healthz",
        "/readyz",
        "/api/v1/status",
        "/api/v1/history",
        "/api/v1/trend"
      })
  void servesEveryPage(String path) throws IOException {
    assertThat(get(path)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void knowsNoOtherPath() throws IOException {
    assertThat(get("/metrics/")).startsWith("HTTP/1.1 404 ");
    assertThat(get("/../pom.xml")).startsWith("HTTP/1.1 404 ");
    assertThat(get("/io/rqorchestrator/web/WebServer.class")).startsWith("HTTP/1.1 404 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"})
  void changesNothing(String method) throws IOException {
    assertThat(ask(method + " /api/v1/status HTTP/1.1\r\nHost: localhost"))
        .startsWith("HTTP/1.1 405 ")
        .contains("Allow: GET, HEAD");
  }

  @Test
  void aHeadHasNoBody() throws IOException {
    String answer = ask("HEAD /healthz HTTP/1.1\r\nHost: localhost");
    assertThat(answer).startsWith("HTTP/1.1 200 ").doesNotContain("\n\nok");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LocalHost:8000", "127.0.0.1", "127.0.0.1:1", "[::1]:80"})
  void answersLoopbackNames(String host) throws IOException {
    assertThat(ask("GET /healthz HTTP/1.1\r\nHost: " + host)).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example:80",
        "127.0.0.1.evil.example",
        "[::1].x",
        ""
      })
  void refusesForeignNames(String host) throws IOException {
    assertThat(ask("GET /api/v1/status HTTP/1.1\r\nHost: " + host))
        .startsWith("HTTP/1.1 403 ")
        .doesNotContain("mail");
  }

  @Test
  void answersAtTheAddressItWasGiven() throws IOException {
    try (WebServer other = WebServer.start("127.0.1.1", 0, board, history, () -> NOW)) {
      String host = "127.0.1.1:" + other.address().getPort();
      assertThat(RawClient.ask(other.address(), "GET /healthz HTTP/1.1\r\nHost: " + host))
          .startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void refusesAForeignNameOnTheStreamToo() throws IOException {
    assertThat(ask("GET /api/v1/events HTTP/1.1\r\nHost: evil.example"))
        .startsWith("HTTP/1.1 403 ");
  }

  @Test
  void letsNoOtherSiteFrameOrFeedThePage() throws IOException {
    assertThat(get("/"))
        .contains("default-src 'none'; script-src 'self'")
        .containsIgnoringCase("X-Content-Type-Options: nosniff")
        .containsIgnoringCase("X-Frame-Options: DENY")
        .containsIgnoringCase("Cache-Control: no-store")
        .doesNotContainIgnoringCase("Access-Control-Allow-Origin");
  }

  @Test
  void saysThatItStarts() throws IOException {
    try (WebServer fresh =
        WebServer.start("127.0.0.1", 0, new StatusBoard(), new EventHistory(), () -> NOW)) {
      assertThat(RawClient.get(fresh.address(), "/healthz")).startsWith("HTTP/1.1 200 ");
      assertThat(RawClient.get(fresh.address(), "/readyz"))
          .startsWith("HTTP/1.1 503 ")
          .contains("starting");
      assertThat(RawClient.get(fresh.address(), "/api/v1/status")).startsWith("HTTP/1.1 503 ");
      assertThat(RawClient.get(fresh.address(), "/metrics")).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void isUnhealthyWhenTheLoopStands() throws IOException {
    now = NOW.plus(Duration.ofSeconds(10));
    assertThat(get("/healthz")).startsWith("HTTP/1.1 200 ");
    now = NOW.plus(Duration.ofSeconds(11));
    assertThat(get("/healthz"))
        .startsWith("HTTP/1.1 503 ")
        .contains("the loop has not turned for 11s");
  }

  @ParameterizedTest
  @ValueSource(longs = {-3600, 3600})
  void isHealthyHoweverTheWallClockIsSet(long seconds) throws IOException {
    now = new Tick(NOW.nanos(), NOW.wall().plusSeconds(seconds));
    assertThat(get("/healthz")).startsWith("HTTP/1.1 200 ");
    assertThat(get("/readyz")).startsWith("HTTP/1.1 200 ");
    now = now.plus(Duration.ofSeconds(11));
    assertThat(get("/healthz")).startsWith("HTTP/1.1 503 ");
  }

  @Test
  void isNotReadyWithoutRedisAndOnItsWayOut() throws IOException {
    board.publish(new GivenStatus().withoutRedis().status(), NOW);
    assertThat(get("/healthz")).startsWith("HTTP/1.1 200 ");
    assertThat(get("/readyz")).startsWith("HTTP/1.1 503 ").contains("Redis does not answer");

    board.publish(new GivenStatus().neverSampled().status(), NOW);
    assertThat(get("/readyz")).startsWith("HTTP/1.1 503 ").contains("no sample was taken yet");

    board.publish(new GivenStatus().in(PoolState.DRAINING).status(), NOW);
    assertThat(get("/readyz")).startsWith("HTTP/1.1 503 ").contains("draining");

    board.publish(new GivenStatus().in(PoolState.PAUSED).status(), NOW);
    assertThat(get("/readyz")).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void theHistoryIsTheNewestEntries() throws IOException {
    for (int i = 1; i <= 5; i++) {
      history.accept(NOW, new OrphanEvent.DeadWorkerRecordRemoved("record" + i));
    }
    assertThat(get("/api/v1/history?n=2")).doesNotContain("record3").contains("record4", "record5");
    assertThat(get("/api/v1/history?n=x")).contains("record1");
    assertThat(get("/api/v1/history?n=99999999999999999999")).contains("record1");
  }

  @Test
  void saysWhatIsWrongWithAPortThatIsTaken() {
    assertThatThrownBy(
            () -> WebServer.start("127.0.0.1", web.address().getPort(), board, history, () -> NOW))
        .isInstanceOf(BindException.class);
  }
}
