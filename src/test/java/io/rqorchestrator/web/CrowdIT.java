package io.rqorchestrator.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.control.GivenStatus;
import io.rqorchestrator.control.StatusBoard;
import io.rqorchestrator.time.SystemTicks;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Slow and many clients do not hold up the others. */
@Tag("alone")
final class CrowdIT {

  private final SystemTicks ticks = new SystemTicks();
  private final StatusBoard board = new StatusBoard();
  private final List<RawClient> crowd = new ArrayList<>();
  private WebServer web;

  @BeforeEach
  void start() throws IOException {
    board.publish(GivenStatus.plain(), ticks.now());
    web = WebServer.start("127.0.0.1", 0, board, new EventHistory(), ticks);
  }

  @AfterEach
  void stop() throws IOException {
    for (RawClient client : crowd) {
      client.close();
    }
    web.close();
  }

  private void join(int clients, String request) throws IOException {
    for (int i = 0; i < clients; i++) {
      RawClient client = new RawClient(web.address());
      client.send(request);
      crowd.add(client);
    }
  }

  private Duration slowestOf(int requests) throws IOException {
    InetSocketAddress server = web.address();
    Duration slowest = Duration.ZERO;
    for (int i = 0; i < requests; i++) {
      long begun = System.nanoTime();
      assertThat(RawClient.get(server, "/metrics")).startsWith("HTTP/1.1 200 ");
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      slowest = took.compareTo(slowest) > 0 ? took : slowest;
    }
    return slowest;
  }

  @Test
  void halfRequestsDoNotHoldUpWholeOnes() throws IOException {
    slowestOf(20); // the first ones load classes
    join(50, "GET /met");
    assertThat(slowestOf(50)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void moreHalfRequestsThanThreadsAreEndedSoon() throws IOException {
    slowestOf(20);
    join(150, "GET /met");
    assertThat(slowestOf(20)).isLessThan(Duration.ofSeconds(2));
    // Those that were not in the way have five seconds.
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(crowd).allSatisfy(CrowdIT::isEnded));
  }

  @Test
  void silentClientsKeepNobodyOutForLong() throws Exception {
    slowestOf(20);
    for (int clients : new int[] {256, 700}) {
      join(clients, "");
      long begun = System.nanoTime();
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .pollInterval(Duration.ofMillis(20))
          .ignoreExceptions()
          .until(() -> RawClient.get(web.address(), "/metrics").startsWith("HTTP/1.1 200 "));
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
    }
  }

  @Test
  void clientsThatConnectAgainAndAgainKeepNobodyOut() throws Exception {
    slowestOf(20);
    Thread again =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < 2000 && !Thread.interrupted(); i++) {
                  join(1, i % 2 == 0 ? "" : "GET /met");
                  Thread.sleep(4);
                }
              } catch (IOException | InterruptedException e) {
                // The server has had enough of it.
              }
            });

    again.start();
    try {
      Thread.sleep(2000);
      assertThat(slowestOf(20)).isLessThan(Duration.ofSeconds(2));
    } finally {
      again.interrupt();
      again.join();
    }
  }

  private static void isEnded(RawClient client) throws IOException {
    assertThat(client.hasEnded()).isTrue();
  }

  @Test
  void streamsAreBoundedAndDoNotHoldUpRequests() throws IOException {
    String stream = "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
    join(EventStreams.MOST, stream);
    for (RawClient client : crowd) {
      assertThat(client.line()).isEqualTo("HTTP/1.1 200 OK");
    }
    assertThat(RawClient.get(web.address(), "/api/v1/events")).startsWith("HTTP/1.1 503 ");
    assertThat(slowestOf(50)).isLessThan(Duration.ofSeconds(1));

    crowd.remove(0).close(); // noticed at the next write
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> {
              board.publish(
                  new GivenStatus().atJob("job" + System.nanoTime()).status(), ticks.now());
              try (RawClient client = new RawClient(web.address())) {
                client.send(stream);
                assertThat(client.line()).isEqualTo("HTTP/1.1 200 OK");
              }
            });
  }
}
