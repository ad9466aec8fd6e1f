package io.rqorchestrator.control;

import io.rqorchestrator.scaling.Aim;

/**
 * The settings that an operator may change while the pool runs.
 *
 * @param min fewest active workers
 * @param max most live workers
 * @param aim the utilization threshold or the target wait
 */
public record SizeSettings(int min, int max, Aim aim) {

  /** The size within the bounds that is nearest to {@code wanted}. */
  public int bounded(int wanted) {
    return Math.max(min, Math.min(max, wanted));
  }
}
