package io.rqorchestrator.socket;

import io.rqorchestrator.time.Tick;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one client, with its unfinished line and the reply it has not read yet. It
 * handles one request at a time, and reads the next after it has written the reply.
 */
final class Connection {

  /** Longer lines are refused. */
  static final int LONGEST_LINE = 16 << 10;

  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final Duration SLOW = Duration.ofSeconds(10);

  /** A client that has sent no request by then is disconnected. */
  private static final Duration FIRST_LINE = Duration.ofSeconds(2);

  /**
   * A client that is idle for this long may be disconnected to make room; a live screen sends a
   * request every second.
   */
  private static final Duration DISPENSABLE = Duration.ofSeconds(5);

  private final SocketChannel channel;
  private final SelectionKey key;
  private final String user;
  private final ByteBuffer in = ByteBuffer.allocate(LONGEST_LINE);
  private @Nullable ByteBuffer out;
  private boolean answering;
  private boolean last;
  private boolean hasSentRequest;
  private final Tick begun;
  private Tick progress;

  /**
   * @param user the user at the other end
   */
  Connection(SocketChannel channel, SelectionKey key, String user, Tick now) {
    this.channel = channel;
    this.key = key;
    this.user = user;
    this.begun = now;
    this.progress = now;
  }

  String user() {
    return user;
  }

  /**
   * Reads all available bytes.
   *
   * @return whether the client is still connected
   */
  boolean read(Tick now) throws IOException {
    progress = now;
    return !in.hasRemaining() || channel.read(in) >= 0;
  }

  /** The next request; empty while its line is unfinished or another one is being answered. */
  Optional<String> nextLine() {
    if (answering || out != null || last) {
      return Optional.empty();
    }
    for (int i = 0; i < in.position(); i++) {
      if (in.get(i) == '\n') {
        String line = new String(in.array(), 0, i, StandardCharsets.UTF_8);
        in.limit(in.position()).position(i + 1);
        in.compact();
        answering = true;
        hasSentRequest = true;
        return Optional.of(line);
      }
    }
    return Optional.empty();
  }

  /** Whether the line is longer than a request may be. */
  boolean isFlooded() {
    return !answering && out == null && !in.hasRemaining();
  }

  /** Whether a request is not answered yet. */
  boolean isAnswering() {
    return answering;
  }

  /** Writes a reply. */
  void reply(String line, Tick now) throws IOException {
    answering = false;
    progress = now;
    out = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    write(now);
  }

  /** Writes a reply, and closes the connection afterwards. */
  void replyAndEnd(String line, Tick now) throws IOException {
    last = true;
    reply(line, now);
  }

  /** Writes as much of the reply as the client accepts. */
  void write(Tick now) throws IOException {
    ByteBuffer pending = out;
    if (pending != null) {
      if (channel.write(pending) > 0) {
        progress = now;
      }
      if (!pending.hasRemaining()) {
        out = null;
      }
    }
  }

  /** Sets the operations that the selector waits for. */
  void await() {
    if (key.isValid()) {
      boolean reads = !answering && !last && in.hasRemaining();
      key.interestOps(out != null ? SelectionKey.OP_WRITE : reads ? SelectionKey.OP_READ : 0);
    }
  }

  /**
   * Whether the connection should be closed: the last reply is written, or the client is idle or
   * too slow.
   */
  boolean isOver(Tick now) {
    if (last && out == null) {
      return true;
    }
    if (!hasSentRequest && out == null) {
      return now.hasPassed(FIRST_LINE, begun);
    }
    return !answering && now.hasPassed(out == null ? IDLE : SLOW, progress);
  }

  /**
   * Whether the connection may be closed to make room for another: its client is idle, or does not
   * read its reply.
   */
  boolean isDispensable(Tick now) {
    return !answering && (isSilent() || now.hasPassed(DISPENSABLE, progress));
  }

  /** Whether its client has sent no request yet. */
  boolean isSilent() {
    return !hasSentRequest && out == null;
  }

  /** Whether the supervisor has not answered a request in time. */
  boolean isUnanswered(Tick now) {
    return answering && now.hasPassed(SLOW, progress);
  }

  void close() {
    key.cancel();
    try {
      channel.close();
    } catch (IOException e) {
      // The connection is not used again.
    }
  }
}
