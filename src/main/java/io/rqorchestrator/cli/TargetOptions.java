package io.rqorchestrator.cli;

import com.google.gson.JsonParseException;
import io.rqorchestrator.control.Command;
import io.rqorchestrator.daemon.CannotRun;
import io.rqorchestrator.socket.PoolClient;
import io.rqorchestrator.terminal.Texts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The running pool that a command is for. */
final class TargetOptions {

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name or id of the pool. Default: the only one of this user's on this host.")
  private @Nullable String name;

  @Option(
      names = "--user",
      paramLabel = "USER",
      description =
          "Name or number of the user whose pool it is. Default: this user; for root everybody.")
  private @Nullable String user;

  /** A request to a pool. */
  @FunctionalInterface
  interface PoolQuestion<A> {
    A ask(PoolClient client) throws IOException, PoolClient.RefusedException;
  }

  /** The running pool. */
  FoundPool pool() throws CannotRun {
    Optional<String> named = Optional.ofNullable(name);
    return PoolFinder.look(Optional.ofNullable(user), PoolFinder.PoolFilter.one(named)).pick(named);
  }

  /**
   * Asks the pool.
   *
   * @throws CannotRun if there is none, or it refuses, or its answer cannot be read
   */
  <A> A ask(PoolQuestion<A> question) throws CannotRun {
    return ask(pool(), question);
  }

  /** Asks this pool. */
  <A> A ask(FoundPool pool, PoolQuestion<A> question) throws CannotRun {
    Path socket = pool.socket();
    try (PoolClient client = PoolClient.connect(socket, PoolFinder.PATIENCE.multipliedBy(3))) {
      return question.ask(client);
    } catch (PoolClient.RefusedException e) {
      throw new CannotRun(String.valueOf(e.getMessage()));
    } catch (IOException | JsonParseException e) {
      throw new CannotRun(socket + ": " + e.getMessage());
    }
  }

  /**
   * Gives the pool a command.
   *
   * @return the pool's answer. It names the pool if the user has not, because the only pool may not
   *     be the one that the user believes; and it names the user if the pool is another user's
   */
  String give(Command command) throws CannotRun {
    FoundPool pool = pool();
    String answer = ask(pool, client -> client.order(command));
    String whose = pool.directory().own() ? "" : " of user " + pool.directory().user();
    boolean isPlain = name != null && whose.isEmpty();
    return Texts.harmless(isPlain ? answer : pool.name() + whose + ": " + answer);
  }
}
