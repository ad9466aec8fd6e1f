package io.rqorchestrator.socket;

import io.rqorchestrator.control.CommandSink;
import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.control.StatusBoard;
import io.rqorchestrator.control.TrendPoint;
import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.TickSource;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pool's end of the control socket. One thread serves all clients. It reads immutable values
 * and posts commands, so it answers even if the supervisor or Redis hangs.
 */
public final class ControlSocket implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);
  private static final int MOST_CONNECTIONS = 16;
  private static final Duration HOUSEKEEPING = Duration.ofSeconds(1);
  private static final Set<PosixFilePermission> PRIVATE_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");

  private final Path file;
  private final StatusBoard board;
  private final EventHistory history;
  private final CommandSink commands;
  private final TickSource ticks;
  private final Peer peers;
  private final Selector selector;
  private final ServerSocketChannel server;
  private final SelectionKey serverKey;
  private final List<Connection> connections = new ArrayList<>();
  private final Queue<Runnable> answers = new ConcurrentLinkedQueue<>();
  private final Thread thread = new Thread(this::serve, "control socket");
  private volatile boolean closed;

  private ControlSocket(
      Path file, StatusBoard board, EventHistory history, CommandSink commands, TickSource ticks)
      throws IOException {
    this.file = file;
    this.board = board;
    this.history = history;
    this.commands = commands;
    this.ticks = ticks;
    this.peers = Peer.check();
    this.selector = Selector.open();
    this.server = bind(file);
    this.serverKey = server.register(selector, SelectionKey.OP_ACCEPT);
    thread.setDaemon(true);
  }

  /**
   * Opens the socket of a pool. The caller holds the pool's lock, so an existing socket file is
   * stale.
   *
   * @param file the socket file; its directory must belong to the user
   * @throws IOException if the socket cannot be opened
   */
  public static ControlSocket open(
      Path file, StatusBoard board, EventHistory history, CommandSink commands, TickSource ticks)
      throws IOException {
    ControlSocket socket = new ControlSocket(file, board, history, commands, ticks);
    socket.thread.start();
    return socket;
  }

  /**
   * Binds the socket under its final name, without a rename: cleaners of {@code /tmp} recognize a
   * socket in use by the name that it was bound to. The mode of the file can be set only after the
   * bind, so the directory must be private.
   */
  private static ServerSocketChannel bind(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (!PRIVATE_DIRECTORY.equals(Files.getPosixFilePermissions(directory))) {
      Files.setPosixFilePermissions(directory, PRIVATE_DIRECTORY);
    }
    Files.deleteIfExists(file);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(file), MOST_CONNECTIONS);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      server.configureBlocking(false);
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private void serve() {
    while (!closed) {
      try {
        selector.select(HOUSEKEEPING.toMillis());
        Tick now = ticks.now();
        for (@Nullable Runnable answer = answers.poll(); answer != null; answer = answers.poll()) {
          answer.run();
        }
        Set<SelectionKey> ready = selector.selectedKeys();
        for (SelectionKey key : ready) {
          serve(key, now);
        }
        ready.clear();
        doHousekeeping(now);
      } catch (IOException | RuntimeException | LinkageError e) {
        if (!closed) {
          LOG.warn("control socket: {}", e.toString());
        }
      }
    }
  }

  private void serve(SelectionKey key, Tick now) {
    if (key == serverKey) {
      accept(now);
      return;
    }
    Connection connection = (Connection) key.attachment();
    try {
      if (key.isValid() && key.isWritable()) {
        connection.write(now);
      }
      if (key.isValid() && key.isReadable() && !connection.read(now)) {
        drop(connection);
        return;
      }
      converse(connection, now);
    } catch (IOException e) {
      drop(connection);
    }
  }

  private void accept(Tick now) {
    try {
      @Nullable SocketChannel channel = server.accept();
      if (channel != null) {
        welcome(channel, now);
      }
    } catch (IOException e) {
      // Such as too many open files: tried again at the next housekeeping.
      serverKey.interestOps(0);
    }
  }

  private void welcome(SocketChannel channel, Tick now) throws IOException {
    UserPrincipal user = Peer.of(channel);
    channel.configureBlocking(false);
    SelectionKey key = channel.register(selector, 0);
    Connection connection = new Connection(channel, key, user.getName(), now);
    key.attach(connection);
    connections.add(connection);
    if (!peers.mayAsk(user)) {
      connection.replyAndEnd(
          Replies.error("user (" + user.getName() + ") must be the daemon's own, or root"), now);
    } else if (connections.size() > MOST_CONNECTIONS && !makesRoom(connection, now)) {
      connection.replyAndEnd(
          Replies.error("more than " + MOST_CONNECTIONS + " connections: close some"), now);
    }
    connection.await();
  }

  /**
   * Closes the oldest connection without a request so far, or else the oldest idle one, so that
   * idle clients do not keep out new ones.
   */
  private boolean makesRoom(Connection fresh, Tick now) {
    Optional<Connection> oldest =
        connections.stream()
            .filter(other -> other != fresh && other.isDispensable(now))
            .min(Comparator.comparing(other -> !other.isSilent()));
    oldest.ifPresent(this::drop);
    return oldest.isPresent();
  }

  /** Answers requests as long as they can be answered at once. */
  private void converse(Connection connection, Tick now) throws IOException {
    Optional<String> line = connection.nextLine();
    while (line.isPresent()) {
      answer(line.get(), connection, now);
      line = connection.nextLine();
    }
    if (connection.isFlooded()) {
      connection.replyAndEnd(Replies.error("a request must be one line of at most 16 KB"), now);
    }
    connection.await();
  }

  private void answer(String line, Connection connection, Tick now) throws IOException {
    Request request;
    try {
      request = Request.parse(line);
    } catch (Request.MalformedException e) {
      connection.reply(Replies.error(String.valueOf(e.getMessage())), now);
      return;
    }
    if (request instanceof Request.Order order) {
      commands.submit(
          order.command(),
          "operator " + connection.user(),
          answer -> {
            answers.add(() -> deliver(Replies.answer(answer), connection));
            selector.wakeup();
          });
    } else {
      connection.reply(view(request), now);
    }
  }

  private String view(Request request) {
    if (request instanceof Request.History wanted) {
      var entries = history.after(wanted.after());
      return Replies.history(
          entries.subList(Math.max(0, entries.size() - wanted.most()), entries.size()));
    }
    if (request instanceof Request.Trend wanted) {
      List<TrendPoint> points = history.trend();
      points.removeIf(point -> point.at().toEpochMilli() <= wanted.after());
      return Replies.trend(points);
    }
    return board.newest().map(Replies::status).orElse(Replies.error("the pool is just starting"));
  }

  /**
   * Sends an answer of the supervisor. The client may have disconnected or timed out in the
   * meantime.
   */
  private void deliver(String reply, Connection connection) {
    if (connections.contains(connection) && connection.isAnswering()) {
      Tick now = ticks.now();
      try {
        connection.reply(reply, now);
        converse(connection, now);
      } catch (IOException e) {
        drop(connection);
      }
    }
  }

  private void doHousekeeping(Tick now) {
    if (serverKey.isValid()) {
      serverKey.interestOps(SelectionKey.OP_ACCEPT);
    }
    for (Connection connection : List.copyOf(connections)) {
      if (connection.isOver(now)) {
        drop(connection);
      } else if (connection.isUnanswered(now)) {
        replyTimedOut(connection, now);
      }
    }
  }

  private void replyTimedOut(Connection connection, Tick now) {
    try {
      connection.replyAndEnd(
          Replies.error("the pool has not answered in 10s; it may still carry out the command"),
          now);
      connection.await();
    } catch (IOException e) {
      drop(connection);
    }
  }

  private void drop(Connection connection) {
    connections.remove(connection);
    connection.close();
  }

  /** Closes the socket and all connections. */
  @Override
  public void close() throws IOException {
    closed = true;
    selector.wakeup();
    try {
      thread.join(HOUSEKEEPING.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Files.deleteIfExists(file);
    server.close();
    connections.forEach(Connection::close);
    selector.close();
  }
}
