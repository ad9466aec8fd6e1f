package io.rqorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.rqorchestrator.control.GivenStatus;
import io.rqorchestrator.json.PoolJson;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pools found by their sockets, some of which are no pools. */
@Timeout(30)
final class PoolFinderTest {

  private static final Duration LITTLE = Duration.ofMillis(300);

  @TempDir private Path directory;
  private final List<ServerSocketChannel> servers = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (ServerSocketChannel server : servers) {
      server.close();
    }
  }

  private ServerSocketChannel listen(String name) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    servers.add(server);
    server.bind(UnixDomainSocketAddress.of(directory.resolve(name)));
    return server;
  }

  private void daemonThatShows(String name, JsonObject status) throws IOException {
    JsonObject reply = new JsonObject();
    reply.addProperty("ok", true);
    reply.add("status", status);
    ServerSocketChannel server = listen(name);
    Thread thread =
        new Thread(
            () -> {
              try (SocketChannel client = server.accept()) {
                client.write(ByteBuffer.wrap((reply + "\n").getBytes(StandardCharsets.UTF_8)));
                while (client.read(ByteBuffer.allocate(1000)) >= 0) {
                  Thread.onSpinWait();
                }
              } catch (IOException e) {
                // The client has gone.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  @Test
  void oneThatDoesNotAnswerIsNamedAndTheOthersAreFound() throws IOException {
    daemonThatShows("good.sock", PoolJson.of(GivenStatus.plain()));
    listen("silent.sock");
    listen("dead.sock").close();
    PoolFinder finder = PoolFinder.look(List.of(directory), LITTLE);
    assertThat(finder.pools())
        .extracting(PoolFinder.Found::status)
        .containsExactly(GivenStatus.plain());
    assertThat(finder.problems())
        .containsExactly(directory.resolve("silent.sock") + ": no answer within 300 ms");
  }

  @Test
  void aStatusWithHolesOrWithNumbersOutOfAllBoundsIsNoPool() throws IOException {
    List<String> sound = List.of("pool", "at", "state", "size", "load", "jobs", "samples");
    for (String name : sound) {
      JsonObject holed = PoolJson.of(GivenStatus.degraded());
      holed.remove(name);
      daemonThatShows("without-" + name + ".sock", holed);
    }
    JsonObject nameless = PoolJson.of(GivenStatus.degraded());
    nameless.getAsJsonObject("pool").add("name", JsonNull.INSTANCE);
    daemonThatShows("nameless.sock", nameless);
    JsonObject late = PoolJson.of(GivenStatus.degraded());
    late.addProperty("at", "+1000000000-12-31T23:59:59Z");
    daemonThatShows("late.sock", late);
    JsonObject old = PoolJson.of(GivenStatus.degraded());
    old.getAsJsonArray("workers").get(0).getAsJsonObject().addProperty("age", -1e300);
    daemonThatShows("old.sock", old);
    JsonObject empty = PoolJson.of(GivenStatus.degraded());
    JsonArray queues = new JsonArray();
    queues.add(JsonNull.INSTANCE);
    empty.add("queues", queues);
    daemonThatShows("empty.sock", empty);
    JsonObject strange = PoolJson.of(GivenStatus.degraded());
    strange.addProperty("state", "x".repeat(10_000));
    daemonThatShows("strange.sock", strange);

    PoolFinder finder = PoolFinder.look(List.of(directory), Duration.ofSeconds(10));
    assertThat(finder.pools()).isEmpty();
    assertThat(finder.problems())
        .hasSize(sound.size() + 5)
        .allSatisfy(
            problem ->
                assertThat(problem).contains("a daemon of another version: ").hasSizeLessThan(400));
  }
}
