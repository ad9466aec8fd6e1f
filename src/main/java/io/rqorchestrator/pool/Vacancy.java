package io.rqorchestrator.pool;

import io.rqorchestrator.time.Tick;

/**
 * A place of the pool whose worker is gone and which is to be filled again.
 *
 * @param failures how often it has failed in a row; 0 if its worker went of its own accord
 * @param notBefore when it may be filled
 */
public record Vacancy(int failures, Tick notBefore) {

  /** Whether it may be filled now. */
  boolean isDue(Tick now) {
    return !now.isBefore(notBefore);
  }
}
