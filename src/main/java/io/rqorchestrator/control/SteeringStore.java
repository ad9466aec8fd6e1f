package io.rqorchestrator.control;

import java.util.Optional;
import java.util.function.Consumer;

/** The port to where an operator's word on the size outlives the daemon. */
public interface SteeringStore {

  /** What was last kept; {@link Steering.Auto} if nothing was, or nothing that makes sense. */
  Steering recall();

  /** Keeps it soon. Must not block. */
  void keep(Steering steering);

  /**
   * Tells what became of all that was to be kept so far. Must not block.
   *
   * @param then takes what went wrong, in one line, or empty if it is kept: at once if that is
   *     known already, else on another thread
   */
  void whenKept(Consumer<Optional<String>> then);
}
