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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the pools that run on this host by their control sockets. Root also asks those of others,
 * so all are asked at the same time: a daemon that hangs, or only seems to be one, holds up nobody.
 */
final class PoolFinder {

  /** How long a daemon may keep silent: one that was stopped by a signal never answers. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** How much longer the others are waited for, once the pool that is meant has answered. */
  private static final Duration GRACE = Duration.ofMillis(500);

  private static final int LONGEST_NAME = 100;

  /** A user can make as many files as he likes. */
  private static final int MOST_SOCKETS = 64;

  /** An answer of somebody else's may be so long that our heap bears one of them. */
  private static final Semaphore LARGE = new Semaphore(1);

  /**
   * Where a user's pools have their sockets.
   *
   * @param user the user's name
   * @param own whether this is the user who asks
   */
  record Place(Path directory, String user, boolean own) {}

  /**
   * A running pool.
   *
   * @param place whose it is
   */
  record FoundPool(Path socket, Place place, PoolStatus status) {

    String name() {
      return status.pool().name();
    }

    private boolean isCalled(String name) {
      return name.equals(status.pool().name()) || name.equals(status.pool().id());
    }

    /** The name, and whose pool it is if that goes without saying for no one. */
    String described() {
      return shortened(name())
          + (place.own() ? "" : " of user " + place.user())
          + " ("
          + shortened(status.pool().id())
          + ")";
    }
  }

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

  /** What came of asking one socket: a pool, a problem, or nobody there. */
  private record Reply(Place place, Path socket, @Nullable FoundPool found, String problem) {}

  private final List<FoundPool> pools;
  private final List<String> problems;

  /** Places of which not all have answered. */
  private final List<Place> silent = new ArrayList<>();

  PoolFinder(List<FoundPool> pools, List<String> problems) {
    this.pools = new ArrayList<>(pools);
    this.problems = new ArrayList<>(problems);
  }

  /**
   * Asks every control socket there is; those that a dead daemon left behind are passed over.
   *
   * @param user whose pools are asked; empty: this user's, for root everybody's
   * @param wanted for whose sake they are asked
   */
  static PoolFinder look(Optional<String> user, PoolFilter wanted) throws CannotRun {
    try {
      List<Place> places = new ArrayList<>();
      Path own = RuntimeDirectory.ofUser();
      for (Path directory : RuntimeDirectory.reachable()) {
        String owner = Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).getName();
        places.add(new Place(directory, owner, directory.equals(own)));
      }
      if (user.isPresent()) {
        String named = user.get();
        places.removeIf(place -> !isOf(place, named));
        if (places.isEmpty()) {
          throw new CannotRun(
              "--user (%s) has no pool on this host that this user may ask".formatted(named));
        }
      }
      return look(places, PATIENCE, wanted);
    } catch (IOException e) {
      throw new CannotRun("runtime directory: " + IoProblem.text(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotRun("interrupted");
    }
  }

  private static boolean isOf(Place place, String user) {
    try {
      return place.user().equals(user)
          || Files.getAttribute(place.directory(), "unix:uid").toString().equals(user);
    } catch (IOException e) {
      return false; // it has just gone
    }
  }

  /** Asks all, and waits for no more than it takes to know which is meant. */
  static PoolFinder look(List<Place> places, Duration patience, PoolFilter wanted)
      throws InterruptedException {
    PoolFinder finder = new PoolFinder(List.of(), List.of());
    finder.ask(places, patience, wanted);
    finder.pools.sort(
        Comparator.comparing((FoundPool found) -> !found.place().own())
            .thenComparing(FoundPool::name));
    return finder;
  }

  private void ask(List<Place> places, Duration patience, PoolFilter wanted)
      throws InterruptedException {
    TickSource ticks = new SystemTicks();
    Tick deadline = ticks.now().plus(patience);
    BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
    Map<Path, Place> waiting = new LinkedHashMap<>();
    for (Place place : places) {
      for (Path socket : sockets(place)) {
        waiting.put(socket, place);
        Thread asking = new Thread(() -> replies.add(ask(place, socket, patience)), "asking");
        asking.setDaemon(true);
        asking.start();
      }
    }
    @Nullable Tick enough = null;
    boolean settled = false;
    while (!waiting.isEmpty() && !settled) {
      Tick until = enough == null || deadline.isBefore(enough) ? deadline : enough;
      // Those that are asked end by themselves at the deadline, and say why.
      Duration left = until.since(ticks.now()).plus(enough == null ? GRACE : Duration.ZERO);
      @Nullable Reply reply = replies.poll(Math.max(0, left.toMillis()), TimeUnit.MILLISECONDS);
      if (reply == null) {
        break;
      }
      waiting.remove(reply.socket());
      take(reply);
      if (enough == null && hasNamed(wanted.name())) {
        enough = ticks.now().plus(GRACE);
      }
      settled = wanted.one() && isSettled(waiting, wanted.name());
    }
    silent.addAll(waiting.values());
    if (enough == null && !settled) {
      waiting.forEach((socket, place) -> problems.add(silence(socket, patience)));
    }
  }

  /**
   * Whether one is found that may be meant: the others have a moment to say that they may be, too.
   */
  private boolean hasNamed(Optional<String> name) {
    return name.isPresent() && pools.stream().anyMatch(found -> found.isCalled(name.get()));
  }

  /**
   * Without a name one's own pools are meant, if there are any; strangers need not be waited for.
   */
  private boolean isSettled(Map<Path, Place> waiting, Optional<String> name) {
    return name.isEmpty()
        && pools.stream().anyMatch(found -> found.place().own())
        && waiting.values().stream().noneMatch(Place::own);
  }

  private List<Path> sockets(Place place) {
    List<Path> sockets = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(place.directory(), "*.sock")) {
      for (Path socket : files) {
        if (sockets.size() == MOST_SOCKETS) {
          problems.add(place.directory() + ": more than " + MOST_SOCKETS + " sockets");
          silent.add(place);
          break;
        }
        sockets.add(socket);
      }
    } catch (IOException | DirectoryIteratorException e) {
      if (Files.isDirectory(place.directory())) {
        problems.add(place.directory() + ": " + e.getMessage());
        silent.add(place);
      }
    }
    return sockets;
  }

  private static Reply ask(Place place, Path socket, Duration patience) {
    try (PoolClient client =
        place.own()
            ? PoolClient.connect(socket, patience)
            : PoolClient.connect(socket, patience, LARGE)) {
      PoolStatus status = PoolJsonReader.status(client.status());
      return new Reply(place, socket, new FoundPool(socket, place, status), "");
    } catch (ConnectException e) {
      return new Reply(place, socket, null, ""); // nobody listens any more
    } catch (SocketTimeoutException e) {
      return new Reply(place, socket, null, silence(socket, patience));
    } catch (IOException | PoolClient.RefusedException | JsonParseException e) {
      boolean there = Files.exists(socket, LinkOption.NOFOLLOW_LINKS);
      return new Reply(place, socket, null, there ? socket + ": " + e.getMessage() : "");
    } catch (RuntimeException e) { // whatever a stranger has made up
      return new Reply(place, socket, null, socket + ": " + e);
    }
  }

  private static String silence(Path socket, Duration patience) {
    return socket + ": no answer within " + DurationText.of(patience);
  }

  private void take(Reply reply) {
    if (reply.found() != null) {
      pools.add(reply.found());
    } else if (!reply.problem().isEmpty()) {
      problems.add(reply.problem());
      silent.add(reply.place());
    }
  }

  /** All that answered: one's own first, and by name. */
  List<FoundPool> pools() {
    return List.copyOf(pools);
  }

  /** Those that did not, and why. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /**
   * The pool that is meant: the one of this name or id, or the only one. Without a name one's own
   * come before those of others.
   *
   * @throws CannotRun if there is none, or more than one
   */
  FoundPool pick(Optional<String> name) throws CannotRun {
    List<FoundPool> own = pools.stream().filter(pool -> pool.place().own()).toList();
    List<FoundPool> meant = name.isEmpty() && !own.isEmpty() ? own : pools;
    List<FoundPool> fitting =
        meant.stream().filter(pool -> name.isEmpty() || pool.isCalled(name.get())).toList();
    boolean ownSilent = silent.stream().anyMatch(Place::own);
    boolean heard = problems.isEmpty() || !(own.isEmpty() || silent.isEmpty() || ownSilent);
    // With a name it does not matter who else is silent; without one, the silent one may be meant.
    if (fitting.size() == 1 && (name.isPresent() || heard)) {
      FoundPool found = fitting.get(0);
      if (!found.place().own() && ownSilent) {
        throw new CannotRun(
            "only %s answers to that name, and a pool of this user does not answer: say whose is"
                    .formatted(found.described())
                + " meant by --user");
      }
      return found;
    }
    if (!fitting.isEmpty() && name.isEmpty() && !heard) {
      throw new CannotRun(
          "several pools run on this host: say which by --name or its id: %s; no answer from %s"
              .formatted(described(fitting), String.join("; ", problems)));
    }
    if (fitting.size() > 1) {
      boolean ofSeveral = fitting.stream().map(pool -> pool.place().user()).distinct().count() > 1;
      throw new CannotRun(
          name.map(called -> "several pools are called " + called)
                  .orElse("several pools run on this host")
              + (ofSeveral ? ": say whose by --user, or which" : ": say which")
              + " by --name or its id: "
              + described(fitting));
    }
    if (!problems.isEmpty()) {
      throw new CannotRun(
          name.map("no pool called %s has answered; "::formatted).orElse("")
              + "no answer from "
              + String.join("; ", problems));
    }
    if (pools.isEmpty()) {
      throw new CannotRun(
          "no pool runs on this host for this user: start one by rq-orchestrator worker-pool");
    }
    throw new CannotRun(
        "no pool called %s runs on this host, but %s".formatted(name.orElse(""), described(pools)));
  }

  private static String described(List<FoundPool> pools) {
    return pools.stream().map(FoundPool::described).collect(Collectors.joining(", "));
  }

  /** What a pool of somebody else's calls itself may be of any length. */
  private static String shortened(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...";
  }
}
