package io.rqorchestrator.pool;

import io.rqorchestrator.time.Tick;
import java.util.Optional;

/**
 * A place of the pool whose worker is gone and which is to be filled again.
 *
 * @param failures how often it has failed in a row; 0 if its worker went of its own accord
 * @param notBefore when it may be filled
 * @param formerName RQ's name of the worker that is gone, if its end may yet turn out to be no
 *     failure
 */
public record Vacancy(int failures, Tick notBefore, Optional<String> formerName) {

  /** Whether it may be filled now. */
  boolean isDue(Tick now) {
    return !now.isBefore(notBefore);
  }
}
