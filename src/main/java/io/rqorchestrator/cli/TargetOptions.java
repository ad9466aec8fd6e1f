package io.rqorchestrator.cli;

import com.google.gson.JsonParseException;
import io.rqorchestrator.control.Command;
import io.rqorchestrator.socket.PoolClient;
import io.rqorchestrator.terminal.Texts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which running pool is meant. */
final class TargetOptions {

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name or id of the pool. Default: the only one of this user's on this host.")
  private @Nullable String name;

  /** Something to ask of a pool. */
  @FunctionalInterface
  interface Question<A> {
    A ask(PoolClient client) throws IOException, PoolClient.RefusedException;
  }

  /** The running pool. */
  PoolFinder.Found pool() throws CannotRun {
    return PoolFinder.look().pick(Optional.ofNullable(name));
  }

  /**
   * Asks the pool.
   *
   * @throws CannotRun if there is none, or it refuses, or its answer makes no sense
   */
  <A> A ask(Question<A> question) throws CannotRun {
    return ask(pool(), question);
  }

  private static <A> A ask(PoolFinder.Found pool, Question<A> question) throws CannotRun {
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
   * Gives a command; the answer is what the pool says to it. Who has not said which pool is told:
   * it may be the only one left.
   */
  String give(Command command) throws CannotRun {
    PoolFinder.Found pool = pool();
    String answer = ask(pool, client -> client.order(command));
    return Texts.harmless(name == null ? pool.name() + ": " + answer : answer);
  }
}
