package io.rqorchestrator.pool;

import io.rqorchestrator.time.Tick;
import java.util.Optional;

/**
 * A place of the pool whose worker is gone and that will be filled again.
 *
 * @param failures number of failures in a row at this place; 0 if its worker ended in order
 * @param notBefore earliest time to fill it
 * @param formerName RQ's name of the former worker, if its end may still turn out to be no failure
 */
public record Vacancy(int failures, Tick notBefore, Optional<String> formerName) {

  /** Whether the place may be filled now. */
  boolean isDue(Tick now) {
    return !now.isBefore(notBefore);
  }
}
