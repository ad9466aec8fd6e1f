package io.rqorchestrator.socket;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** An operator's end of the control socket. Not for several threads. */
public final class PoolClient implements AutoCloseable {

  /** The daemon does not do as asked. The message says why. */
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final Duration patience;
  private final ByteBuffer in = ByteBuffer.allocate(64 << 10);

  private PoolClient(SocketChannel channel, Duration patience) throws IOException {
    this.channel = channel;
    this.patience = patience;
    this.selector = Selector.open();
    channel.configureBlocking(false);
    this.key = channel.register(selector, 0);
    in.flip();
  }

  /**
   * Connects.
   *
   * @param patience how long a daemon may keep silent
   * @throws IOException if no daemon listens there
   */
  public static PoolClient connect(Path socket, Duration patience) throws IOException {
    return new PoolClient(SocketChannel.open(UnixDomainSocketAddress.of(socket)), patience);
  }

  /**
   * Asks and waits for the answer.
   *
   * @throws RefusedException if the daemon refuses
   * @throws IOException if it does not answer in time, or is gone
   */
  public JsonObject ask(Request request) throws IOException, RefusedException {
    ByteBuffer out = ByteBuffer.wrap((request.line() + "\n").getBytes(StandardCharsets.UTF_8));
    while (out.hasRemaining()) {
      if (channel.write(out) == 0) {
        await(SelectionKey.OP_WRITE);
      }
    }
    JsonObject reply = parse(readLine());
    if (!reply.has("ok") || !reply.get("ok").getAsBoolean()) {
      throw new RefusedException(
          reply.has("error") ? reply.get("error").getAsString() : "refused without a reason");
    }
    return reply;
  }

  private static JsonObject parse(String line) throws IOException {
    try {
      return JsonParser.parseString(line).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new IOException("what listens there is no rq-orchestrator", e);
    }
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      while (in.hasRemaining()) {
        byte next = in.get();
        if (next == '\n') {
          return line.toString(StandardCharsets.UTF_8);
        }
        line.write(next);
      }
      in.clear();
      int read = channel.read(in);
      in.flip();
      if (read < 0) {
        throw new EOFException("the daemon is gone");
      }
      if (read == 0) {
        await(SelectionKey.OP_READ);
      }
    }
  }

  private void await(int operation) throws IOException {
    key.interestOps(operation);
    if (selector.select(patience.toMillis()) == 0) {
      throw new IOException("no answer within " + patience.toSeconds() + " s");
    }
    selector.selectedKeys().clear();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    selector.close();
  }
}
