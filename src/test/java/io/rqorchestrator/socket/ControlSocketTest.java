package io.rqorchestrator.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.rqorchestrator.control.Command;
import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.control.GivenStatus;
import io.rqorchestrator.control.StatusBoard;
import io.rqorchestrator.event.OrphanEvent;
import io.rqorchestrator.json.PoolJsonReader;
import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.Ticks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ControlSocketTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir private Path directory;
  private Path file = Path.of("");
  private final StatusBoard board = new StatusBoard();
  private final EventHistory history = new EventHistory();
  private final List<String> commands = new CopyOnWriteArrayList<>();
  private final AtomicReference<Tick> now = new AtomicReference<>(Ticks.at(0));
  private Consumer<Consumer<Command.Answer>> supervisor =
      reply -> reply.accept(new Command.Answer.Accepted("held at 3"));
  private ControlSocket socket;

  @BeforeEach
  void open() throws IOException {
    file = directory.resolve("pool.sock");
    socket =
        ControlSocket.open(
            file,
            board,
            history,
            (command, by, reply) -> {
              commands.add(by + ": " + command.describe());
              supervisor.accept(reply);
            },
            now::get);
  }

  @AfterEach
  void close() throws IOException {
    socket.close();
  }

  private PoolClient client() throws IOException {
    return PoolClient.connect(file, PATIENCE);
  }

  private SocketChannel raw() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(file));
  }

  private static void write(SocketChannel channel, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static JsonObject readLine(SocketChannel channel) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (channel.read(one.clear()) > 0 && one.get(0) != '\n') {
      line.write(one.get(0));
    }
    return JsonParser.parseString(line.toString(StandardCharsets.UTF_8)).getAsJsonObject();
  }

  private static boolean isHungUp(SocketChannel channel) throws IOException {
    return channel.read(ByteBuffer.allocate(10)) < 0;
  }

  @Test
  void showsTheStatus() throws Exception {
    board.publish(GivenStatus.degraded(), Ticks.at(0));
    try (PoolClient client = client()) {
      JsonObject reply = client.ask(new Request.Status());
      assertThat(PoolJsonReader.status(reply.getAsJsonObject("status")))
          .isEqualTo(GivenStatus.degraded());
      assertThat(reply.get("version").getAsInt()).isEqualTo(1);
    }
  }

  @Test
  void saysSoBeforeTheFirstTurnIsOver() throws Exception {
    try (PoolClient client = client()) {
      assertThatThrownBy(() -> client.ask(new Request.Status()))
          .isInstanceOf(PoolClient.RefusedException.class)
          .hasMessage("the pool is just starting");
    }
  }

  @Test
  void showsTheNewestOfTheHistory() throws Exception {
    for (int i = 1; i <= 5; i++) {
      history.accept(Ticks.at(i), new OrphanEvent.DeadWorkerRecordRemoved("w" + i));
    }
    try (PoolClient client = client()) {
      JsonObject two = client.ask(new Request.History(0, 2));
      assertThat(two.getAsJsonArray("history")).hasSize(2);

      JsonObject later = client.ask(new Request.History(4, 100));
      assertThat(later.getAsJsonArray("history")).hasSize(1);
    }
  }

  @Test
  void handsCommandsOverAndTheirAnswersBack() throws Exception {
    try (PoolClient client = client()) {
      JsonObject reply = client.ask(new Request.Order(new Command.Scale(3)));
      assertThat(reply.get("message").getAsString()).isEqualTo("held at 3");
      supervisor = answer -> answer.accept(new Command.Answer.Refused("scale (9) is too much"));
      assertThatThrownBy(() -> client.ask(new Request.Order(new Command.Scale(9))))
          .isInstanceOf(PoolClient.RefusedException.class)
          .hasMessage("scale (9) is too much");
    }

    String user = Files.getOwner(Path.of("/proc/self")).getName();
    assertThat(commands)
        .containsExactly("operator " + user + ": scale 3", "operator " + user + ": scale 9");
  }

  @Test
  void isPrivate() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Peer peers = Peer.check();
    assertThat(peers.mayAsk(Files.getOwner(Path.of("/proc/self")))).isTrue();
    var users = file.getFileSystem().getUserPrincipalLookupService();
    assertThat(peers.mayAsk(users.lookupPrincipalByName("0"))).isTrue();
    assertThat(peers.mayAsk(users.lookupPrincipalByName("54321"))).isFalse();
  }

  @Test
  void isPrivateFromTheBeginning() throws IOException {
    Path open = Files.createDirectory(directory.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (ControlSocket another =
        ControlSocket.open(
            open.resolve("x.sock"), board, history, (command, by, reply) -> {}, now::get)) {
      assertThat(another).isNotNull();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(open)))
          .as("nobody can have come as far as the socket before it had its mode")
          .isEqualTo("rwx------");
    }
  }

  /** systemd-tmpfiles recognizes by that name that the socket is in use. */
  @Test
  void theKernelKnowsItByItsName() throws IOException {
    assertThat(Files.readString(Path.of("/proc/net/unix")).lines())
        .anyMatch(line -> line.endsWith(" " + file))
        .noneMatch(line -> line.endsWith(" " + file + ".new"));
  }

  @Test
  void replacesWhatADeadDaemonLeft() throws Exception {
    Path stale = directory.resolve("stale.sock");
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(stale));
    }
    assertThat(Files.exists(stale)).as("a socket outlives its server").isTrue();

    board.publish(GivenStatus.degraded(), Ticks.at(0));
    try (ControlSocket fresh =
            ControlSocket.open(stale, board, history, (command, by, reply) -> {}, now::get);
        PoolClient client = PoolClient.connect(stale, PATIENCE)) {
      assertThat(client.ask(new Request.Status()).get("ok").getAsBoolean()).isTrue();
      assertThat(fresh).isNotNull();
    }
    assertThat(Files.exists(stale)).as("and goes with it if that ends in order").isFalse();
  }

  @Test
  void answersWhatMakesNoSenseAndGoesOn() throws IOException {
    board.publish(GivenStatus.degraded(), Ticks.at(0));
    try (SocketChannel channel = raw()) {
      for (String nonsense : List.of("hello", "", "{\"version\":1,\"do\":\"fly\"}", "\0\1\2ÿ")) {
        write(channel, nonsense + "\n");
        JsonObject reply = readLine(channel);
        assertThat(reply.get("ok").getAsBoolean()).isFalse();
        assertThat(reply.get("error").getAsString()).contains("must be");
      }

      write(channel, new Request.Status().line() + "\n");
      assertThat(readLine(channel).get("ok").getAsBoolean()).isTrue();
    }
  }

  @Test
  void hangsUpOnALineWithoutEnd() throws IOException {
    try (SocketChannel channel = raw()) {
      write(channel, "x".repeat(Connection.LONGEST_LINE));
      assertThat(readLine(channel).get("error").getAsString())
          .isEqualTo("a request must be one line of at most 16 KB");
      assertThat(isHungUp(channel)).isTrue();
    }
  }

  @Test
  void takesALineInPiecesAndSeveralAtOnce() throws IOException {
    board.publish(GivenStatus.degraded(), Ticks.at(0));
    String line = new Request.Status().line();
    try (SocketChannel channel = raw()) {
      write(channel, line.substring(0, 5));
      write(channel, line.substring(5) + "\n" + line + "\nnonsense\n");

      assertThat(readLine(channel).get("ok").getAsBoolean()).isTrue();
      assertThat(readLine(channel).get("ok").getAsBoolean()).isTrue();
      assertThat(readLine(channel).get("ok").getAsBoolean()).isFalse();
    }
  }

  @Test
  void aClientThatDoesNotReadDoesNotDelayTheOthers() throws Exception {
    board.publish(GivenStatus.degraded(), Ticks.at(0));
    for (int i = 0; i < 1000; i++) {
      history.accept(
          Ticks.at(i), new OrphanEvent.DeadWorkerRecordRemoved("a worker with a long name " + i));
    }

    try (SocketChannel deaf = raw();
        PoolClient client = client()) {
      String line = new Request.History(0, 1000).line() + "\n";
      write(deaf, line.repeat(100));
      assertThat(client.ask(new Request.Status()).get("ok").getAsBoolean()).isTrue();

      deaf.configureBlocking(false);
      now.set(Ticks.at(11)); // nothing has moved since
      assertThatThrownBy(() -> writeForEver(deaf)).isInstanceOf(IOException.class);
    }
  }

  private static void writeForEver(SocketChannel channel) throws IOException {
    while (channel.isOpen()) {
      channel.write(ByteBuffer.allocate(1));
      Thread.onSpinWait();
    }
  }

  @Test
  void boundsTheNumberOfConnections() throws IOException {
    board.publish(GivenStatus.degraded(), Ticks.at(0));
    List<SocketChannel> many = new ArrayList<>();
    try {
      for (int i = 0; i < 16; i++) {
        many.add(raw());
        write(many.get(i), new Request.Status().line() + "\n");
        assertThat(readLine(many.get(i)).get("ok").getAsBoolean()).isTrue();
      }

      try (SocketChannel another = raw()) {
        assertThat(readLine(another).get("error").getAsString()).startsWith("more than 16");
        assertThat(isHungUp(another)).isTrue();
      }
    } finally {
      for (SocketChannel channel : many) {
        channel.close();
      }
    }
  }

  @Test
  void silentClientsKeepNobodyOut() throws Exception {
    board.publish(GivenStatus.degraded(), Ticks.at(0));
    List<SocketChannel> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        silent.add(raw());
        write(silent.get(i), i % 2 == 0 ? "half a line" : "");
        if (i % 10 == 9) {
          try (PoolClient honest = client()) {
            assertThat(honest.status().has("pool")).isTrue();
          }
        }
      }
      try (PoolClient honest = client()) {
        for (int i = 0; i < 3; i++) {
          silent.add(raw());
          assertThat(honest.status().has("pool")).as("not in its place").isTrue();
        }
      }

      now.set(Ticks.at(3));
      for (SocketChannel channel : silent) {
        assertThat(isHungUp(channel)).isTrue();
      }
    } finally {
      for (SocketChannel channel : silent) {
        channel.close();
      }
    }
  }

  @Test
  void idleClientsMakeRoom() throws Exception {
    board.publish(GivenStatus.degraded(), Ticks.at(0));
    List<PoolClient> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 16; i++) {
        idle.add(client());
        assertThat(idle.get(i).status().has("pool")).isTrue();
      }

      now.set(Ticks.at(6));
      try (PoolClient honest = client()) {
        assertThat(honest.status().has("pool")).isTrue();
      }
    } finally {
      for (PoolClient client : idle) {
        client.close();
      }
    }
  }

  @Test
  void aSupervisorThatDoesNotAnswerIsNotWaitedForForEver() throws IOException {
    List<Consumer<Command.Answer>> held = new CopyOnWriteArrayList<>();
    supervisor = held::add;
    try (SocketChannel channel = raw()) {
      write(channel, new Request.Order(new Command.Pause()).line() + "\n");
      while (held.isEmpty()) {
        Thread.onSpinWait();
      }
      now.set(Ticks.at(11));
      assertThat(readLine(channel).get("error").getAsString())
          .isEqualTo("the pool has not answered in 10s; it may still carry out the command");

      held.get(0).accept(new Command.Answer.Accepted("too late"));
      assertThat(isHungUp(channel)).isTrue();
    }
  }

  @Test
  void anIdleClientIsHungUpOn() throws IOException {
    try (SocketChannel channel = raw()) {
      write(channel, "are you there?\n");
      assertThat(readLine(channel).get("ok").getAsBoolean()).isFalse();
      now.set(Ticks.at(31));
      assertThat(isHungUp(channel)).isTrue();
    }
  }
}
