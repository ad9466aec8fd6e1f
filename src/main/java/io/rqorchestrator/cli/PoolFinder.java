package io.rqorchestrator.cli;

import com.google.gson.JsonParseException;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.json.PoolJsonReader;
import io.rqorchestrator.process.IoProblem;
import io.rqorchestrator.process.RuntimeDirectory;
import io.rqorchestrator.socket.PoolClient;
import io.rqorchestrator.terminal.Style;
import io.rqorchestrator.terminal.Texts;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the pools that run on this host by their control sockets. */
final class PoolFinder {

  /** How long a daemon may keep silent: one that was stopped by a signal never answers. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int LONGEST_NAME = 100;
  private static final Style PLAIN = new Style(LONGEST_NAME, false, false);

  /** A running pool. */
  record Found(Path socket, PoolStatus status) {

    String name() {
      return status.pool().name();
    }

    private boolean isCalled(String name) {
      return name.equals(status.pool().name()) || name.equals(status.pool().id());
    }
  }

  private final List<Found> pools;
  private final List<String> problems;

  PoolFinder(List<Found> pools, List<String> problems) {
    this.pools = new ArrayList<>(pools);
    this.problems = new ArrayList<>(problems);
  }

  /** Asks every control socket there is; those that a dead daemon left behind are passed over. */
  static PoolFinder look() throws CannotRun {
    try {
      return look(RuntimeDirectory.reachable(), PATIENCE);
    } catch (IOException e) {
      throw new CannotRun("runtime directory: " + IoProblem.text(e));
    }
  }

  /** The same in these directories. */
  static PoolFinder look(List<Path> directories, Duration patience) {
    PoolFinder finder = new PoolFinder(List.of(), List.of());
    for (Path directory : directories) {
      finder.look(directory, patience);
    }
    finder.pools.sort(Comparator.comparing(Found::name));
    return finder;
  }

  private void look(Path directory, Duration patience) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> sockets = Files.newDirectoryStream(directory, "*.sock")) {
      for (Path socket : sockets) {
        ask(socket, patience);
      }
    } catch (IOException | DirectoryIteratorException e) {
      problems.add(directory + ": " + e.getMessage());
    }
  }

  private void ask(Path socket, Duration patience) {
    try (PoolClient client = PoolClient.connect(socket, patience)) {
      pools.add(new Found(socket, PoolJsonReader.status(client.status())));
    } catch (ConnectException e) {
      // Nobody listens any more.
    } catch (IOException | PoolClient.RefusedException | JsonParseException e) {
      if (Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
        problems.add(socket + ": " + e.getMessage());
      }
    }
  }

  /** All that answered, by name. */
  List<Found> pools() {
    return List.copyOf(pools);
  }

  /** Those that did not, and why. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /**
   * The pool that is meant: the one of this name or id, or the only one.
   *
   * @throws CannotRun if there is none, or more than one
   */
  Found pick(Optional<String> name) throws CannotRun {
    List<Found> fitting =
        pools.stream().filter(pool -> name.isEmpty() || pool.isCalled(name.get())).toList();
    // With a name it does not matter who else is silent; without one, the silent one may be meant.
    if (fitting.size() == 1 && (name.isPresent() || problems.isEmpty())) {
      return fitting.get(0);
    }
    if (!fitting.isEmpty() && name.isEmpty() && !problems.isEmpty()) {
      throw new CannotRun(
          "several pools run on this host: say which by --name or its id: %s; no answer from %s"
              .formatted(described(fitting), String.join("; ", problems)));
    }
    if (fitting.size() > 1) {
      throw new CannotRun(
          name.map(called -> "several pools are called " + called)
                  .orElse("several pools run on this host")
              + ": say which by --name or its id: "
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

  private static String described(List<Found> pools) {
    return pools.stream()
        .map(pool -> shortened(pool.name()) + " (" + shortened(pool.status().pool().id()) + ")")
        .collect(Collectors.joining(", "));
  }

  /** What a pool of somebody else's calls itself may be of any length. */
  private static String shortened(String name) {
    return Texts.middle(name, LONGEST_NAME, PLAIN);
  }
}
