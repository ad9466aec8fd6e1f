package io.rqorchestrator.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.rqorchestrator.control.EventHistory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As many clients as are served at once ask for all there is, and the daemon's heap is small. */
@Timeout(120)
final class FullHistoryIT {

  private static final int CLIENTS = 64;
  private static final int ROUNDS = 3;
  private static final String HISTORY = "/api/v1/history?n=1000";
  private static final String ALL_EVENTS = "/api/v1/events?after=1-1";

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<RawClient> crowd = new ArrayList<>();
  private PoolInSmallHeap pool;

  @BeforeEach
  void start() throws IOException {
    pool = new PoolInSmallHeap();
  }

  @AfterEach
  void stop() throws IOException {
    leave();
    pool.close();
  }

  private void join(int clients, String path) throws IOException {
    for (int i = 0; i < clients; i++) {
      RawClient client = new RawClient(pool.address());
      crowd.add(client);
      client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
  }

  private void leave() throws IOException {
    for (RawClient client : crowd) {
      client.close();
    }
    crowd.clear();
  }

  private InputStream get(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + pool.address().getPort() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofInputStream()).body();
  }

  /** It may be hung up on instead: the former crowd is still being served. */
  private static void awaitAnswer(RawClient client) throws IOException {
    try {
      client.line();
    } catch (SocketException e) {
      assertThat(client.hasEnded()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {HISTORY, "/api/v1/status"})
  void manyClientsThatRequestALotDoNotFillTheHeap(String path) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      join(CLIENTS, path);
      for (RawClient client : crowd) {
        awaitAnswer(client);
      }
      leave();
    }

    String whole = new String(get(HISTORY).readAllBytes(), StandardCharsets.UTF_8);
    assertThat(JsonParser.parseString(whole).getAsJsonArray()).hasSize(EventHistory.MOST_ENTRIES);
  }

  @Test
  void manyClientsThatDoNotReadAFullHistoryDelayNobody() throws Exception {
    join(EventStreams.MOST - 1, ALL_EVENTS);
    for (RawClient client : crowd) {
      assertThat(client.line()).isEqualTo("HTTP/1.1 200 OK");
    }

    // As a browser does: whoever takes too long, on a busy machine, comes back from where it was.
    String after = "1-1";
    int entries = 0;
    while (entries < EventHistory.MOST_ENTRIES) {
      try (BufferedReader stream = lines(get("/api/v1/events?after=" + after))) {
        String id = after;
        boolean isEntry = false;
        while (entries < EventHistory.MOST_ENTRIES) {
          String line = stream.readLine();
          if (line == null) {
            break;
          }
          id = line.startsWith("id: ") ? line.substring(4) : id;
          isEntry |= line.equals("event: history");
          if (line.isEmpty()) { // it has come as a whole
            entries += isEntry ? 1 : 0;
            after = id;
            isEntry = false;
          }
        }
      } catch (IOException e) {
        assertThat(pool.isAlive()).isTrue();
      }
    }
  }

  private static BufferedReader lines(InputStream body) {
    return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
  }
}
