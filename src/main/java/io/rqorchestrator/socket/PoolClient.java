package io.rqorchestrator.socket;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.rqorchestrator.control.Command;
import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.time.SystemTicks;
import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.TickSource;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An operator's end of the control socket. Not thread-safe.
 *
 * <p>Root also queries the pools of other users, so replies are not trusted: time, length and
 * content of every reply are checked.
 */
public final class PoolClient implements AutoCloseable {

  /** The daemon refused a request. The message has the reason. */
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  /** Several times the length for 1000 workers or 1000 entries of history. */
  static final int LONGEST_REPLY = 2 << 20;

  /**
   * Most JSON values in a reply: each takes a hundred bytes of our small heap, even if it is short
   * in the reply.
   */
  static final int MOST_VALUES = 100_000;

  /** Longer replies count as large; most pools have shorter ones. */
  private static final int LARGE = 64 << 10;

  private static final int LONGEST_PROBLEM = 500;
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final TickSource ticks = new SystemTicks();
  private final Selector selector = Selector.open();
  private final Duration patience;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final ByteBuffer in = ByteBuffer.allocate(8 << 10).flip();
  private Tick deadline;
  private boolean asked;
  private final Optional<Semaphore> large;
  private boolean isLarge;

  private PoolClient(Path socket, Duration patience, Optional<Semaphore> large) throws IOException {
    this.patience = patience;
    this.large = large;
    this.deadline = ticks.now().plus(patience);
    try {
      this.channel = reach(socket);
      this.key = channel.register(selector, 0);
    } catch (IOException | RuntimeException e) {
      selector.close();
      throw e;
    }
  }

  /**
   * Connects.
   *
   * @param patience how long the connection and the first answer together may take, and each
   *     further answer
   * @throws java.net.ConnectException if no daemon listens there
   * @throws IOException if the daemon cannot be reached in time, or if its user is not the owner of
   *     the directory
   */
  public static PoolClient connect(Path socket, Duration patience) throws IOException {
    return new PoolClient(socket, patience, Optional.empty());
  }

  /**
   * Connects to one of many daemons that are queried at the same time.
   *
   * @param large permits for large answers; a permit is held until this client is closed
   */
  public static PoolClient connect(Path socket, Duration patience, Semaphore large)
      throws IOException {
    return new PoolClient(socket, patience, Optional.of(large));
  }

  private SocketChannel reach(Path socket) throws IOException {
    while (true) {
      SocketChannel fresh = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        fresh.configureBlocking(false);
        if (isConnected(fresh, socket)) {
          checkOwner(socket, fresh);
          return fresh;
        }
      } catch (IOException | RuntimeException e) {
        fresh.close();
        throw e;
      }
      fresh.close();
      int unused = selector.select(Math.min(PAUSE.toMillis(), millisLeft()));
    }
  }

  /**
   * Whether the connection succeeded. If the daemon's process is stopped and its backlog is full,
   * the result is a plain {@link SocketException}; all other errors have a subclass.
   */
  private static boolean isConnected(SocketChannel fresh, Path socket) throws IOException {
    try {
      return fresh.connect(UnixDomainSocketAddress.of(socket));
    } catch (SocketException e) {
      if (e.getClass() != SocketException.class || !Files.exists(socket)) {
        throw e;
      }
      return false;
    }
  }

  /**
   * Checks that the listening user owns the directory: it might hold a link to another user's
   * socket, to make root send a request there.
   */
  private static void checkOwner(Path socket, SocketChannel channel) throws IOException {
    UserPrincipal owner = Files.getOwner(socket.toAbsolutePath().getParent());
    UserPrincipal listening = Peer.of(channel);
    if (!listening.equals(owner)) {
      throw new IOException(
          "user %s listens there, but the directory belongs to %s"
              .formatted(listening.getName(), owner.getName()));
    }
  }

  /**
   * The pool's status.
   *
   * @throws RefusedException if the daemon refuses
   * @throws IOException if no valid answer comes in time, or the daemon is gone
   */
  public JsonObject status() throws IOException, RefusedException {
    return object(ask(new Request.Status()).get(Request.STATUS), Request.STATUS);
  }

  /**
   * The points of the curves after a time.
   *
   * @throws RefusedException if the daemon refuses
   * @throws IOException if no valid answer comes in time, or the daemon is gone
   */
  public List<JsonObject> trend(long afterMillis) throws IOException, RefusedException {
    return objects(ask(new Request.Trend(afterMillis)), Request.TREND);
  }

  /**
   * The newest entries of the history, oldest first.
   *
   * @throws RefusedException if the daemon refuses
   * @throws IOException if no valid answer comes in time, or the daemon is gone
   */
  public List<JsonObject> history(int most) throws IOException, RefusedException {
    return objects(ask(new Request.History(0, most)), Request.HISTORY);
  }

  /**
   * Gives a command.
   *
   * @return the pool's answer
   * @throws RefusedException if the daemon refuses
   * @throws IOException if no valid answer comes in time, or the daemon is gone
   */
  public String order(Command command) throws IOException, RefusedException {
    return text(ask(new Request.Order(command)).get(Keys.MESSAGE), Keys.MESSAGE);
  }

  /** Sends a request and waits for the answer. */
  JsonObject ask(Request request) throws IOException, RefusedException {
    if (asked) {
      deadline = ticks.now().plus(patience);
    }
    asked = true;
    ByteBuffer out = ByteBuffer.wrap((request.line() + "\n").getBytes(StandardCharsets.UTF_8));
    while (out.hasRemaining()) {
      if (channel.write(out) == 0) {
        await(SelectionKey.OP_WRITE);
      }
    }
    JsonObject reply = object(parse(readLine()), "object");
    if (!isOk(reply)) {
      String problem =
          reply.has(Keys.ERROR)
              ? text(reply.get(Keys.ERROR), Keys.ERROR)
              : "refused without a reason";
      throw new RefusedException(problem.substring(0, Math.min(LONGEST_PROBLEM, problem.length())));
    }
    return reply;
  }

  private static JsonElement parse(String line) throws IOException {
    try {
      return JsonParser.parseString(line);
    } catch (JsonParseException e) {
      throw new IOException("what listens there is not an rq-orchestrator", e);
    }
  }

  private static boolean isOk(JsonObject reply) throws IOException {
    JsonElement ok = reply.get(Keys.OK);
    if (ok == null || !ok.isJsonPrimitive() || !ok.getAsJsonPrimitive().isBoolean()) {
      throw nonsense(Keys.OK);
    }
    return ok.getAsBoolean();
  }

  private static JsonObject object(@Nullable JsonElement element, String what) throws IOException {
    if (element == null || !element.isJsonObject()) {
      throw nonsense(what);
    }
    return element.getAsJsonObject();
  }

  private static List<JsonObject> objects(JsonObject reply, String what) throws IOException {
    if (!(reply.get(what) instanceof JsonArray array)) {
      throw nonsense(what);
    }
    List<JsonObject> objects = new ArrayList<>(array.size());
    for (JsonElement element : array) {
      objects.add(object(element, what));
    }
    return objects;
  }

  private static String text(@Nullable JsonElement element, String what) throws IOException {
    if (element == null || !element.isJsonPrimitive()) {
      throw nonsense(what);
    }
    return element.getAsString();
  }

  private static IOException nonsense(String what) {
    return new IOException(
        "what listens there is not an rq-orchestrator: its answer has no valid " + what);
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int values = 0;
    while (true) {
      while (in.hasRemaining()) {
        byte next = in.get();
        if (next == '\n') {
          return line.toString(StandardCharsets.UTF_8);
        }
        // Every value but the first follows one of these characters.
        values += next == ',' || next == '[' || next == '{' ? 1 : 0;
        line.write(next);
      }
      if (line.size() > LONGEST_REPLY || values > MOST_VALUES) {
        throw new IOException("its answer is too long");
      }
      if (line.size() > LARGE && !isLarge) {
        becomeLarge();
      }
      in.clear();
      int read = channel.read(in);
      in.flip();
      if (read < 0) {
        throw new EOFException("the daemon is gone");
      }
      if (read == 0) {
        await(SelectionKey.OP_READ);
      } else {
        millisLeft(); // checks the deadline: the reply may never end
      }
    }
  }

  private void becomeLarge() throws IOException {
    try {
      if (large.isPresent() && !large.get().tryAcquire(millisLeft(), TimeUnit.MILLISECONDS)) {
        millisLeft();
        throw new SocketTimeoutException("no answer within " + DurationText.of(patience));
      }
      isLarge = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private void await(int operation) throws IOException {
    key.interestOps(operation);
    int unused = selector.select(millisLeft());
    selector.selectedKeys().clear();
  }

  /** The milliseconds left until the deadline, 1 or more. */
  private long millisLeft() throws IOException {
    Duration left = deadline.since(ticks.now());
    if (left.isNegative() || left.isZero()) {
      throw new SocketTimeoutException("no answer within " + DurationText.of(patience));
    }
    return Math.max(1, left.toMillis());
  }

  @Override
  public void close() throws IOException {
    if (isLarge) {
      isLarge = false;
      large.ifPresent(Semaphore::release);
    }
    channel.close();
    selector.close();
  }
}
