package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.Command;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.rq.RqSnapshot;
import java.util.function.Consumer;

/** What other threads tell the supervisor. */
public sealed interface Message {

  /** A sample was taken. */
  record SampleTaken(RqSnapshot snapshot) implements Message {}

  /**
   * A sample could not be taken.
   *
   * @param problem what went wrong, for the user
   * @param denied whether Redis answered and refused: wrong password or missing permission
   */
  record SampleFailed(String problem, boolean denied) implements Message {}

  /**
   * A worker process has ended.
   *
   * @param exitCode its exit code, 128 + signal if a signal ended it; negative if unknown
   */
  record WorkerExited(WorkerId worker, int exitCode) implements Message {}

  /**
   * The daemon is asked to stop; a second time: at once.
   *
   * @param by who asks, such as {@code SIGTERM}
   */
  record Stop(String by) implements Message {}

  /**
   * Replace every worker, one after the other.
   *
   * @param by who asks, such as {@code SIGHUP}
   */
  record Restart(String by) implements Message {}

  /**
   * An operator's command.
   *
   * @param by who asks, such as {@code uid 1000}
   * @param reply takes the answer on the supervisor's thread; must not block
   */
  record Operator(Command command, String by, Consumer<Command.Answer> reply) implements Message {}
}
