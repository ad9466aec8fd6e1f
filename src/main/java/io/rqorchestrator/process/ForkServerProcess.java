package io.rqorchestrator.process;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.annotations.SerializedName;
import io.rqorchestrator.pool.WorkerId;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The process of {@code fork_server.py}, and the daemon's side of the protocol. One request at a
 * time is sent. Further requests wait here, also while the server is still importing.
 *
 * <p>A separate thread reads the lines of the server. Only this thread calls the listener.
 */
final class ForkServerProcess implements ForkServer {

  /** One line to the server, which asks for a sign of life. */
  private record Ping(@SerializedName("ping") boolean ping) {}

  /** One line from the server. Its kind decides which fields it has. */
  private static final class ServerLine {
    @SerializedName("kind")
    @Nullable String kind;

    @SerializedName("problem")
    @Nullable String problem;

    @SerializedName("seconds")
    double seconds;

    @SerializedName("pid")
    long pid;

    @SerializedName("code")
    int code;

    @SerializedName("signal")
    int signal;
  }

  /** A line that waits to be sent or answered, and the worker that it requests, if any. */
  private record PendingRequest(Optional<WorkerId> worker, Record line) {}

  /** How often to check whether a server died before it connected. */
  private static final long LOOK_MILLIS = 100;

  private static final int SIGNALLED = 128;

  private final Gson gson = new Gson();
  private final Process process;
  private final ServerSocketChannel door;
  private final Path socket;
  private final ForkListener listener;
  private final Deque<PendingRequest> waiting = new ArrayDeque<>();
  private final Map<Long, WorkerId> children = new HashMap<>();
  private @Nullable SocketChannel channel;
  private @Nullable PendingRequest inFlight;
  private boolean ready;
  private boolean gone;
  private @Nullable String problem;

  private ForkServerProcess(
      Process process, ServerSocketChannel door, Path socket, ForkListener listener) {
    this.process = process;
    this.door = door;
    this.socket = socket;
    this.listener = listener;
  }

  /**
   * Starts a server. The listener hears whether the start succeeds.
   *
   * @param builder what process to start
   * @param socket a path that nothing else uses; the server connects to it
   * @throws IOException if there is no such program, or if the socket cannot be made there
   */
  static ForkServerProcess start(
      Spawner spawner, ProcessBuilder builder, Path socket, ForkListener listener)
      throws IOException {
    Files.deleteIfExists(socket);
    ServerSocketChannel door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      door.bind(UnixDomainSocketAddress.of(socket));
      ForkServerProcess server =
          new ForkServerProcess(spawner.spawn(builder), door, socket, listener);
      server.begin();
      return server;
    } catch (IOException | OutOfMemoryError e) { // the Error: no more threads
      door.close();
      Files.deleteIfExists(socket);
      throw e;
    }
  }

  private void begin() {
    Thread thread = new Thread(this::listen, "fork server");
    thread.setDaemon(true);
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      end();
      throw e;
    }
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public synchronized boolean isReady() {
    return ready;
  }

  @Override
  public synchronized boolean isNeeded() {
    return !gone && !(waiting.isEmpty() && inFlight == null && children.isEmpty());
  }

  @Override
  public synchronized Optional<Object> unanswered() {
    return Optional.ofNullable(inFlight);
  }

  @Override
  public synchronized void ping() {
    waiting.add(new PendingRequest(Optional.empty(), new Ping(true)));
    sendNext();
  }

  @Override
  public synchronized boolean ask(WorkerId worker, ForkRequest request) {
    if (gone) {
      return false;
    }
    waiting.add(new PendingRequest(Optional.of(worker), request));
    sendNext();
    return true;
  }

  @Override
  public synchronized boolean withdraw(WorkerId worker) {
    return waiting.removeIf(asked -> asked.worker().equals(Optional.of(worker)));
  }

  @Override
  public void end() {
    process.destroyForcibly();
  }

  @Override
  public void endAndWait() {
    end();
    process.onExit().join();
  }

  @Override
  public void end(String why) {
    noteProblem(why);
    end();
  }

  /** At most one request is unanswered, so the line always fits into the socket's buffer. */
  private synchronized void sendNext() {
    if (!ready || channel == null || inFlight != null) {
      return;
    }
    inFlight = waiting.poll();
    if (inFlight == null) {
      return;
    }
    try {
      String line = gson.toJson(inFlight.line()) + "\n";
      ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      process.destroyForcibly(); // the reader notices that it is gone and reports it
    }
  }

  // The thread that reads.

  private void listen() {
    try (SocketChannel connected = accept()) {
      synchronized (this) {
        channel = connected;
      }
      BufferedReader lines =
          new BufferedReader(Channels.newReader(connected, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(gson.fromJson(line, ServerLine.class));
      }
    } catch (IOException | JsonParseException e) {
      noteProblem(String.valueOf(e.getMessage()));
    } finally {
      bury();
    }
  }

  private SocketChannel accept() throws IOException {
    try (door;
        Selector selector = Selector.open()) {
      door.configureBlocking(false);
      door.register(selector, SelectionKey.OP_ACCEPT);
      while (true) {
        boolean alive = process.isAlive();
        SocketChannel connected = door.accept();
        if (connected != null) {
          return connected;
        }
        if (!alive) {
          throw new IOException("it did not start");
        }
        selector.select(LOOK_MILLIS);
      }
    } finally {
      Files.deleteIfExists(socket);
    }
  }

  private void take(@Nullable ServerLine line) {
    if (line == null || line.kind == null) {
      return;
    }
    switch (line.kind) {
      case "preloaded" -> {
        synchronized (this) {
          ready = true;
        }
        listener.preloaded(this, line.seconds);
        sendNext();
      }
      case "preload_failed" -> noteProblem(String.valueOf(line.problem));
      case "forked" -> {
        answered(line.pid).ifPresent(worker -> listener.forked(worker, line.pid));
        sendNext();
      }
      case "launch_failed" -> {
        String why = String.valueOf(line.problem);
        answered(0).ifPresent(worker -> listener.launchFailed(worker, why));
        sendNext();
      }
      case "alive" -> {
        Optional<WorkerId> unused = answered(0);
        sendNext();
      }
      case "exited" -> {
        WorkerId worker = ended(line.pid);
        if (worker != null) {
          int exitCode = line.signal == 0 ? line.code : SIGNALLED + line.signal;
          listener.exited(worker, line.pid, exitCode);
        }
      }
      default -> {} // a line of a newer server
    }
  }

  private synchronized Optional<WorkerId> answered(long pid) {
    Optional<WorkerId> worker = Optional.ofNullable(inFlight).flatMap(PendingRequest::worker);
    inFlight = null;
    if (pid != 0) {
      worker.ifPresent(known -> children.put(pid, known));
    }
    return worker;
  }

  private synchronized @Nullable WorkerId ended(long pid) {
    return children.remove(pid);
  }

  private synchronized void noteProblem(String what) {
    problem = what;
  }

  /** Kills the server, so that its workers get a parent that reaps them, and reports its end. */
  private void bury() {
    process.destroyForcibly();
    int exitCode;
    try {
      exitCode = process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exitCode = -1;
    }
    List<WorkerId> unborn = new ArrayList<>();
    Map<Long, WorkerId> reparented;
    String why;
    synchronized (this) {
      gone = true;
      if (inFlight != null) {
        inFlight.worker().ifPresent(unborn::add);
      }
      waiting.forEach(asked -> asked.worker().ifPresent(unborn::add));
      waiting.clear();
      inFlight = null;
      reparented = Map.copyOf(children);
      children.clear();
      why = problem != null ? problem : "it ended with " + text(exitCode);
    }
    listener.gone(this, why, unborn, reparented);
  }

  private static String text(int exitCode) {
    return exitCode > SIGNALLED ? "signal " + (exitCode - SIGNALLED) : "exit code " + exitCode;
  }
}
