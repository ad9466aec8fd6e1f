package io.rqorchestrator.control;

import java.util.Optional;

/** The port to where an operator's word on the size outlives the daemon. */
public interface SteeringStore {

  /** What was last kept; {@link Steering.Auto} if nothing was, or nothing that makes sense. */
  Steering recall();

  /**
   * Keeps it.
   *
   * @return what went wrong, in one line; empty if it is kept
   */
  Optional<String> keep(Steering steering);
}
