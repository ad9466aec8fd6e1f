package io.rqorchestrator.control;

import java.util.function.Consumer;

/** Takes commands for the supervisor. */
@FunctionalInterface
public interface CommandSink {

  /**
   * Submits a command. Any thread may call this; it never blocks.
   *
   * @param by who gave the command, such as {@code operator root}
   * @param reply takes the answer on the supervisor's thread; must not block
   */
  void submit(Command command, String by, Consumer<Command.Answer> reply);
}
