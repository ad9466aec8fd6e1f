package io.rqorchestrator.scaling;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a pool's policy and its guards keep to.
 *
 * @param threshold utilization above which the pool grows where no target wait is given, in (0,
 *     0.9]
 * @param targetWait the wait to aim at; empty: the rule of utilization alone
 * @param maxStep most workers more at once, 1 or more
 * @param memoryBudget most bytes for the whole pool; empty: no limit
 * @param minFreeMemory bytes that the host is to keep free; empty: no limit
 */
public record ScalingRules(
    double threshold,
    Optional<TargetWait> targetWait,
    int maxStep,
    OptionalLong memoryBudget,
    OptionalLong minFreeMemory) {

  /** The rule of utilization, and no guard. */
  public static ScalingRules utilization(double threshold) {
    return new ScalingRules(
        threshold, Optional.empty(), 1, OptionalLong.empty(), OptionalLong.empty());
  }

  /** A target wait with no bound on steps, and no guard. */
  public static ScalingRules targetWait(TargetWait wait) {
    return new ScalingRules(
        0.5, Optional.of(wait), Integer.MAX_VALUE, OptionalLong.empty(), OptionalLong.empty());
  }
}
