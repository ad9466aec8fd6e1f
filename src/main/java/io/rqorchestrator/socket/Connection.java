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
 * One client: its unfinished line, and the reply it has not yet taken. One request at a time; the
 * next is read once the reply is out.
 */
final class Connection {

  /** Beyond this a line is no request. */
  static final int LONGEST_LINE = 16 << 10;

  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final Duration SLOW = Duration.ofSeconds(10);

  /** Who has not asked anything by then does not mean to. */
  private static final Duration FIRST_LINE = Duration.ofSeconds(2);

  /** A live screen asks every second. */
  private static final Duration DISPENSABLE = Duration.ofSeconds(5);

  private final SocketChannel channel;
  private final SelectionKey key;
  private final String user;
  private final ByteBuffer in = ByteBuffer.allocate(LONGEST_LINE);
  private @Nullable ByteBuffer out;
  private boolean answering;
  private boolean last;
  private boolean hasAsked;
  private final Tick begun;
  private Tick progress;

  /**
   * @param user who is at the other end
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
   * Reads what there is.
   *
   * @return whether the client is still there
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
        hasAsked = true;
        return Optional.of(line);
      }
    }
    return Optional.empty();
  }

  /** Whether the line is longer than any request. */
  boolean isFlooded() {
    return !answering && out == null && !in.hasRemaining();
  }

  /** Whether its request is still to be answered. */
  boolean isAnswering() {
    return answering;
  }

  /** Answers. */
  void reply(String line, Tick now) throws IOException {
    answering = false;
    progress = now;
    out = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    write(now);
  }

  /** Answers, and hangs up once that is out. */
  void replyAndEnd(String line, Tick now) throws IOException {
    last = true;
    reply(line, now);
  }

  /** Writes as much as the client takes. */
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

  /** Tells the selector what to wait for. */
  void await() {
    if (key.isValid()) {
      boolean reads = !answering && !last && in.hasRemaining();
      key.interestOps(out != null ? SelectionKey.OP_WRITE : reads ? SelectionKey.OP_READ : 0);
    }
  }

  /** Whether there is nothing more to come from it, or to wait for. */
  boolean isOver(Tick now) {
    if (last && out == null) {
      return true;
    }
    if (!hasAsked && out == null) {
      return now.hasPassed(FIRST_LINE, begun);
    }
    return !answering && now.hasPassed(out == null ? IDLE : SLOW, progress);
  }

  /** Whether it may go to make room for another: it asks nothing, or takes no answer. */
  boolean isDispensable(Tick now) {
    return !answering && (isSilent() || now.hasPassed(DISPENSABLE, progress));
  }

  /** Whether it has asked nothing yet. */
  boolean isSilent() {
    return !hasAsked && out == null;
  }

  /** Whether the supervisor keeps it waiting for longer than is any good. */
  boolean isLeftAlone(Tick now) {
    return answering && now.hasPassed(SLOW, progress);
  }

  void close() {
    key.cancel();
    try {
      channel.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
