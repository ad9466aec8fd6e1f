package io.rqorchestrator.cli;

import com.google.gson.JsonParseException;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.daemon.CannotRun;
import io.rqorchestrator.json.PoolJsonReader;
import io.rqorchestrator.process.IoProblem;
import io.rqorchestrator.process.RuntimeDirectory;
import io.rqorchestrator.socket.PoolClient;
import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.time.SystemTicks;
import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.TickSource;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds the pools that run on this host by their control sockets. All sockets are asked at the same
 * time, because root also asks those of other users: a daemon that hangs, or only seems to be one,
 * delays no other answer.
 */
final class PoolFinder {

  /** How long a daemon may take to answer: one that was stopped by a signal never answers. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** How long the others may still take, once a pool with the wanted name has answered. */
  private static final Duration GRACE = Duration.ofMillis(500);

  /** Most sockets of one user that are asked: a user can make any number of files. */
  private static final int MOST_SOCKETS = 64;

  /** Another user's answer may be so long that our heap has room for only one of them. */
  private static final Semaphore LARGE = new Semaphore(1);

  /**
   * What is looked for.
   *
   * @param one whether one pool is meant, rather than all
   * @param name its name or id; empty: the only one
   */
  record PoolFilter(boolean one, Optional<String> name) {
    static final PoolFilter ALL = new PoolFilter(false, Optional.empty());

    static PoolFilter one(Optional<String> name) {
      return new PoolFilter(true, name);
    }
  }

  /** The result of asking one socket: a pool, a problem, or nobody there. */
  private record Reply(
      SocketDirectory directory, Path socket, @Nullable FoundPool found, String problem) {}

  private final Duration patience;
  private final PoolFilter wanted;
  private final TickSource ticks = new SystemTicks();
  private final BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();

  /** Sockets that have not answered yet. */
  private final Map<Path, SocketDirectory> waiting = new LinkedHashMap<>();

  private final List<FoundPool> pools = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final List<SocketDirectory> silent = new ArrayList<>();

  private PoolFinder(Duration patience, PoolFilter wanted) {
    this.patience = patience;
    this.wanted = wanted;
  }

  /**
   * Asks every control socket. A socket that a dead daemon left behind is not mentioned.
   *
   * @param user whose pools are asked; empty: this user's, for root everybody's
   * @param wanted the answers of other pools are not waited for
   */
  static FoundPools look(Optional<String> user, PoolFilter wanted) throws CannotRun {
    try {
      List<SocketDirectory> directories = new ArrayList<>();
      Path own = RuntimeDirectory.ofUser();
      for (Path path : RuntimeDirectory.reachable()) {
        String owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName();
        directories.add(new SocketDirectory(path, owner, path.equals(own)));
      }
      if (user.isPresent()) {
        String named = user.get();
        directories.removeIf(directory -> !isOf(directory, named));
        if (directories.isEmpty()) {
          throw new CannotRun(
              "--user (%s) has no pool on this host that this user may ask".formatted(named));
        }
      }
      return look(directories, PATIENCE, wanted);
    } catch (IOException e) {
      throw new CannotRun("runtime directory: " + IoProblem.text(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotRun("interrupted");
    }
  }

  private static boolean isOf(SocketDirectory directory, String user) {
    try {
      return directory.user().equals(user)
          || Files.getAttribute(directory.path(), "unix:uid").toString().equals(user);
    } catch (IOException e) {
      return false; // it has just been removed
    }
  }

  /** Asks every socket in these directories, and waits until it is known which pool is meant. */
  static FoundPools look(List<SocketDirectory> directories, Duration patience, PoolFilter wanted)
      throws InterruptedException {
    PoolFinder finder = new PoolFinder(patience, wanted);
    for (SocketDirectory directory : directories) {
      finder.sockets(directory).forEach(socket -> finder.begin(directory, socket));
    }
    finder.collect();
    return new FoundPools(finder.pools, finder.problems, finder.silent);
  }

  private List<Path> sockets(SocketDirectory directory) {
    List<Path> sockets = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.path(), "*.sock")) {
      for (Path socket : files) {
        if (sockets.size() == MOST_SOCKETS) {
          problems.add(directory.path() + ": more than " + MOST_SOCKETS + " sockets");
          silent.add(directory);
          break;
        }
        sockets.add(socket);
      }
    } catch (IOException | DirectoryIteratorException e) {
      if (Files.isDirectory(directory.path())) {
        problems.add(directory.path() + ": " + e.getMessage());
        silent.add(directory);
      }
    }
    return sockets;
  }

  private void begin(SocketDirectory directory, Path socket) {
    waiting.put(socket, directory);
    Thread asking = new Thread(() -> replies.add(ask(directory, socket, patience)), "asking");
    asking.setDaemon(true);
    asking.start();
  }

  private static Reply ask(SocketDirectory directory, Path socket, Duration patience) {
    try (PoolClient client =
        directory.own()
            ? PoolClient.connect(socket, patience)
            : PoolClient.connect(socket, patience, LARGE)) {
      PoolStatus status = PoolJsonReader.status(client.status());
      return new Reply(directory, socket, new FoundPool(socket, directory, status), "");
    } catch (ConnectException e) {
      return new Reply(directory, socket, null, ""); // its daemon is dead
    } catch (SocketTimeoutException e) {
      return new Reply(directory, socket, null, silence(socket, patience));
    } catch (IOException | PoolClient.RefusedException | JsonParseException e) {
      boolean exists = Files.exists(socket, LinkOption.NOFOLLOW_LINKS);
      return new Reply(directory, socket, null, exists ? socket + ": " + e.getMessage() : "");
    } catch (RuntimeException e) { // another user's answer may be anything
      return new Reply(directory, socket, null, socket + ": " + e);
    }
  }

  private static String silence(Path socket, Duration patience) {
    return socket + ": no answer within " + DurationText.of(patience);
  }

  /** Takes the replies until all have answered, the time is over, or the pool is known. */
  private void collect() throws InterruptedException {
    Tick deadline = ticks.now().plus(patience);
    @Nullable Tick enough = null;
    boolean isSettled = false;
    while (!waiting.isEmpty() && !isSettled) {
      Tick until = enough == null || deadline.isBefore(enough) ? deadline : enough;
      // At the deadline each asking thread ends by itself and says why: that takes a moment.
      Duration left = until.since(ticks.now()).plus(enough == null ? GRACE : Duration.ZERO);
      @Nullable Reply reply = replies.poll(Math.max(0, left.toMillis()), TimeUnit.MILLISECONDS);
      if (reply == null) {
        break;
      }
      take(reply);
      if (enough == null && isNamedOneFound()) {
        enough = ticks.now().plus(GRACE);
      }
      isSettled = wanted.one() && areOwnPoolsKnown();
    }
    silent.addAll(waiting.values());
    if (enough == null && !isSettled) {
      waiting.keySet().forEach(socket -> problems.add(silence(socket, patience)));
    }
  }

  private void take(Reply reply) {
    waiting.remove(reply.socket());
    if (reply.found() != null) {
      pools.add(reply.found());
    } else if (!reply.problem().isEmpty()) {
      problems.add(reply.problem());
      silent.add(reply.directory());
    }
  }

  /** Whether a pool with the wanted name has answered. Another one may have the same name. */
  private boolean isNamedOneFound() {
    Optional<String> name = wanted.name();
    return name.isPresent() && pools.stream().anyMatch(found -> found.isCalled(name.get()));
  }

  /**
   * Whether no name is wanted and all of this user's pools have answered, at least one. Other
   * users' pools need not be waited for then.
   */
  private boolean areOwnPoolsKnown() {
    return wanted.name().isEmpty()
        && pools.stream().anyMatch(found -> found.directory().own())
        && waiting.values().stream().noneMatch(SocketDirectory::own);
  }
}
