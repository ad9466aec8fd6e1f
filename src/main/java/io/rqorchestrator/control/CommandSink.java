package io.rqorchestrator.control;

import java.util.function.Consumer;

/** The way of a command to the supervisor. */
@FunctionalInterface
public interface CommandSink {

  /**
   * Hands a command over. Any thread may call it; never blocks.
   *
   * @param by who asks, such as {@code operator root}
   * @param reply takes the answer on the supervisor's thread; must not block
   */
  void submit(Command command, String by, Consumer<Command.Answer> reply);
}
