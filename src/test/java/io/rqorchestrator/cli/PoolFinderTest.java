package io.rqorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    serve(listen(name), reply);
  }

  private static void serve(ServerSocketChannel server, JsonObject reply) {
    Thread thread =
        new Thread(
            () -> {
              try (SocketChannel client = server.accept()) {
                client.read(ByteBuffer.allocate(1000));
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

  private FoundPools look(Duration patience, PoolFinder.PoolFilter wanted)
      throws InterruptedException {
    return PoolFinder.look(List.of(new SocketDirectory(directory, "me", true)), patience, wanted);
  }

  /** The pools of this user, and of another one whose directory this is. */
  private FoundPools lookAtBoth(Path others, Duration patience, PoolFinder.PoolFilter wanted)
      throws InterruptedException {
    return PoolFinder.look(
        List.of(
            new SocketDirectory(directory, "me", true),
            new SocketDirectory(others, "stranger", false)),
        patience,
        wanted);
  }

  private Path others() throws IOException {
    return Files.createDirectory(directory.resolve("others"));
  }

  @Test
  void manySilentSocketsTogetherTakeNoLongerThanOne() throws Exception {
    daemonThatShows("zgood.sock", PoolJson.of(GivenStatus.plain()));
    Path others = others();
    for (int i = 0; i < 30; i++) {
      listen("silent" + i + ".sock");
      listen("others/silent" + i + ".sock");
    }
    long begun = System.nanoTime();
    FoundPools found = lookAtBoth(others, Duration.ofSeconds(2), PoolFinder.PoolFilter.ALL);

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
    assertThat(found.problems()).hasSize(60).allMatch(it -> it.endsWith("no answer within 2s"));
  }

  @Test
  void thePoolThatIsMeantIsFoundAtOnceDespiteSilentSockets() throws Exception {
    daemonThatShows("good.sock", PoolJson.of(GivenStatus.plain()));
    Path others = others();
    for (int i = 0; i < 5; i++) {
      listen("others/silent" + i + ".sock");
    }
    long begun = System.nanoTime();
    FoundPool own =
        lookAtBoth(others, Duration.ofSeconds(20), PoolFinder.PoolFilter.one(Optional.empty()))
            .pick(Optional.empty());
    assertThat(own.directory().user()).isEqualTo("me");

    daemonThatShows("other.sock", PoolJson.of(GivenStatus.plain()));
    listen("silent.sock");
    Optional<String> name = Optional.of(GivenStatus.plain().pool().name());
    Files.delete(directory.resolve("good.sock"));
    assertThat(
            lookAtBoth(others, Duration.ofSeconds(20), PoolFinder.PoolFilter.one(name))
                .pick(name)
                .socket())
        .isEqualTo(directory.resolve("other.sock"));
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void aPoolOfAnotherUserIsNotTakenForOnesOwnThatDoesNotAnswer() throws Exception {
    listen("silent.sock");
    Path others = others();
    daemonThatShows("others/fake.sock", PoolJson.of(GivenStatus.plain()));
    Optional<String> name = Optional.of(GivenStatus.plain().pool().name());
    FoundPools found = lookAtBoth(others, LITTLE, PoolFinder.PoolFilter.one(name));
    assertThatThrownBy(() -> found.pick(name))
        .hasMessageContaining("of user stranger")
        .hasMessageContaining("a pool of this user does not answer: say whose is meant by --user");
  }

  @Test
  void oneNameOfTwoUsersPoolsIsRefusedWithBoth() throws Exception {
    Path others = others();
    daemonThatShows("own.sock", PoolJson.of(GivenStatus.plain()));
    daemonThatShows("others/fake.sock", PoolJson.of(GivenStatus.plain()));
    Optional<String> name = Optional.of(GivenStatus.plain().pool().name());
    FoundPools found = lookAtBoth(others, Duration.ofSeconds(10), PoolFinder.PoolFilter.one(name));
    String id = " (" + GivenStatus.plain().pool().id() + ")";

    assertThatThrownBy(() -> found.pick(name))
        .hasMessageEndingWith(
            ": say whose by --user, or which by --name or its id: "
                + name.get()
                + id
                + ", "
                + name.get()
                + " of user stranger"
                + id);
    assertThat(found.pick(Optional.empty()).directory().own()).as("without a name").isTrue();
  }

  @Test
  void aDirectoryFullOfSocketsIsNotReadToItsEnd() throws Exception {
    Path others = others();
    for (int i = 0; i < 300; i++) {
      Files.createFile(others.resolve(i + ".sock"));
    }
    FoundPools found = lookAtBoth(others, Duration.ofSeconds(10), PoolFinder.PoolFilter.ALL);
    assertThat(found.problems()).contains(others + ": more than 64 sockets");
  }

  @Test
  void aSocketThatDoesNotAnswerIsNamedAndTheOthersAreFound() throws Exception {
    daemonThatShows("good.sock", PoolJson.of(GivenStatus.plain()));
    listen("silent.sock");
    listen("dead.sock").close();
    FoundPools found = look(LITTLE, PoolFinder.PoolFilter.ALL);

    assertThat(found.pools()).extracting(FoundPool::status).containsExactly(GivenStatus.plain());
    assertThat(found.problems())
        .containsExactly(directory.resolve("silent.sock") + ": no answer within 0.3s");
  }

  @Test
  void aStatusWithHolesOrWithNumbersOutOfAllBoundsIsNoPool() throws Exception {
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

    FoundPools found = look(Duration.ofSeconds(10), PoolFinder.PoolFilter.ALL);
    assertThat(found.pools()).isEmpty();
    assertThat(found.problems())
        .hasSize(sound.size() + 5)
        .allSatisfy(
            problem ->
                assertThat(problem).contains("a daemon of another version: ").hasSizeLessThan(400));
  }
}
