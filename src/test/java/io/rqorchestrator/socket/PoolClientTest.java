package io.rqorchestrator.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rqorchestrator.control.Command;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client of something that is no daemon, of a stopped one, or of a malicious one. */
@Timeout(30)
final class PoolClientTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration LITTLE = Duration.ofMillis(300);

  @TempDir private Path directory;
  private Path file = Path.of("");
  private ServerSocketChannel server;

  @BeforeEach
  void listen() throws IOException {
    file = directory.resolve("pool.sock");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(file), 1);
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  /** What a daemon does with its only client. */
  @FunctionalInterface
  private interface Daemon {
    void serve(SocketChannel client) throws IOException, InterruptedException;
  }

  private void daemon(Daemon daemon) {
    Thread thread =
        new Thread(
            () -> {
              try (SocketChannel client = server.accept()) {
                daemon.serve(client);
              } catch (IOException | InterruptedException e) {
                // The client has gone.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private void daemonThatAnswers(String line) {
    daemon(
        client -> {
          write(client, line + "\n");
          while (client.read(ByteBuffer.allocate(1000)) >= 0) {
            Thread.onSpinWait();
          }
        });
  }

  private static void write(SocketChannel channel, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Connects until no more are let wait. */
  private void fillUp(List<SocketChannel> waiting) throws IOException {
    while (true) {
      SocketChannel next = SocketChannel.open(StandardProtocolFamily.UNIX);
      next.configureBlocking(false);
      try {
        next.connect(UnixDomainSocketAddress.of(file));
        waiting.add(next);
      } catch (SocketException e) {
        next.close();
        return;
      }
    }
  }

  @Test
  void aDaemonThatAcceptsNoConnectionIsNotWaitedForForEver() throws IOException {
    List<SocketChannel> waiting = new ArrayList<>();
    try {
      fillUp(waiting);
      assertThatThrownBy(() -> PoolClient.connect(file, LITTLE))
          .isInstanceOf(IOException.class)
          .hasMessage("no answer within 0.3s");
    } finally {
      for (SocketChannel channel : waiting) {
        channel.close();
      }
    }
  }

  @Test
  void aDaemonThatAcceptsTheConnectionLateIsAsked() throws Exception {
    List<SocketChannel> waiting = new ArrayList<>();
    fillUp(waiting);
    Thread client = Thread.currentThread();
    Thread late =
        new Thread(
            () -> {
              try {
                while (!waits(client)) {
                  Thread.onSpinWait(); // until it has been kept out once
                }
                for (int i = 0; i < waiting.size(); i++) {
                  server.accept().close();
                }
                daemonThatAnswers("{\"ok\":true,\"message\":\"at last\"}");
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });

    late.start();
    try (PoolClient asking = PoolClient.connect(file, PATIENCE)) {
      assertThat(asking.order(new Command.Pause())).isEqualTo("at last");
    } finally {
      for (SocketChannel channel : waiting) {
        channel.close();
      }
      late.join();
    }
  }

  private static boolean waits(Thread client) {
    return Stream.of(client.getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals("select"));
  }

  @Test
  void aDaemonThatAnswersTooSlowlyIsNotWaitedForForEver() throws IOException {
    daemon(
        client -> {
          while (client.isOpen()) {
            write(client, " ");
            Thread.sleep(10); // its pace
          }
        });

    try (PoolClient client = PoolClient.connect(file, LITTLE)) {
      assertThatThrownBy(client::status)
          .isInstanceOf(IOException.class)
          .hasMessage("no answer within 0.3s");
    }
  }

  @Test
  void anAnswerWithoutAnEndIsNotReadForEver() throws IOException {
    daemon(
        client -> {
          while (client.isOpen()) {
            write(client, "x".repeat(10_000));
          }
        });

    try (PoolClient client = PoolClient.connect(file, PATIENCE)) {
      assertThatThrownBy(client::status)
          .isInstanceOf(IOException.class)
          .hasMessage("its answer is too long");
    }
  }

  @Test
  void anAnswerThatWouldFillTheHeapIsNotRead() throws IOException {
    daemonThatAnswers("{\"ok\":true,\"status\":[" + "[],".repeat(200_000) + "[]]}");
    try (PoolClient client = PoolClient.connect(file, PATIENCE)) {
      assertThatThrownBy(client::status)
          .isInstanceOf(IOException.class)
          .hasMessage("its answer is too long");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "hello | no valid object",
        "[] | no valid object",
        "null | no valid object",
        "{ | is not an rq-orchestrator",
        "{} | no valid ok",
        "{\"ok\":{}} | no valid ok",
        "{\"ok\":null} | no valid ok",
        "{\"ok\":\"true\"} | no valid ok",
        "{\"ok\":false,\"error\":{}} | no valid error",
        "{\"ok\":false,\"error\":null} | no valid error",
        "{\"ok\":true} | no valid status",
        "{\"ok\":true,\"status\":null} | no valid status",
        "{\"ok\":true,\"status\":[]} | no valid status",
        "{\"ok\":true,\"status\":\"fine\"} | no valid status",
      })
  void anAnswerThatMakesNoSenseIsReported(String answer, String problem) throws IOException {
    daemonThatAnswers(answer);
    try (PoolClient client = PoolClient.connect(file, PATIENCE)) {
      assertThatThrownBy(client::status)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("what listens there is not an rq-orchestrator")
          .hasMessageContaining(problem);
    }
  }

  @Test
  void anAnswerThatIsNestedWithoutAnEndIsReported() throws IOException {
    daemonThatAnswers("[".repeat(50_000));
    try (PoolClient client = PoolClient.connect(file, PATIENCE)) {
      assertThatThrownBy(client::status)
          .isInstanceOf(IOException.class)
          .hasMessage("what listens there is not an rq-orchestrator");
    }
  }

  @Test
  void aMalformedHistoryCurveOrMessageIsReported() throws IOException {
    daemonThatAnswers(
        "{\"ok\":true,\"history\":{}}\n{\"ok\":true,\"trend\":[1]}\n{\"ok\":true,\"message\":[]}");
    try (PoolClient client = PoolClient.connect(file, PATIENCE)) {
      assertThatThrownBy(() -> client.history(5)).hasMessageContaining("no valid history");
      assertThatThrownBy(() -> client.trend(0)).hasMessageContaining("no valid trend");
      assertThatThrownBy(() -> client.order(new Command.Pause()))
          .hasMessageContaining("no valid message");
    }
  }

  @Test
  void aRefusalIsShortened() throws IOException {
    daemonThatAnswers("{\"ok\":false,\"error\":\"" + "no ".repeat(10_000) + "\"}");
    try (PoolClient client = PoolClient.connect(file, PATIENCE)) {
      assertThatThrownBy(client::status)
          .isInstanceOf(PoolClient.RefusedException.class)
          .message()
          .hasSize(500);
    }
  }

  /** Such as a link to the socket of another program, for root to write to it. */
  @Test
  void aDaemonOfAnotherUserThanTheDirectorysOwnerIsNotAsked() throws IOException {
    Path foreign = Files.createDirectory(directory.resolve("foreign"));
    Path link = Files.createSymbolicLink(foreign.resolve("x.sock"), file);
    try (PoolClient client = PoolClient.connect(link, PATIENCE)) {
      assertThat(client).as("our own in our own directory").isNotNull();
    }

    var users = foreign.getFileSystem().getUserPrincipalLookupService();
    assumeTrue(Files.getAttribute(foreign, "unix:uid").equals(0), "only root can give it away");
    Files.setOwner(foreign, users.lookupPrincipalByName("54321"));
    assertThatThrownBy(() -> PoolClient.connect(link, PATIENCE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("listens there, but the directory belongs to 54321");
  }

  @Test
  void aSocketWithoutAListenerIsAFailureOfItsOwn() throws IOException {
    server.close();
    assertThatThrownBy(() -> PoolClient.connect(file, PATIENCE))
        .isInstanceOf(ConnectException.class);
  }
}
