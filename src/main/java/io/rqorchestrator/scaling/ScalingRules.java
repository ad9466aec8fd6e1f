package io.rqorchestrator.scaling;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The settings of a pool's policy and guards.
 *
 * @param threshold utilization above which the pool grows if no target wait is set, in (0, 0.9]
 * @param targetWait the target wait; empty: the utilization rule decides
 * @param maxStep most workers that one decision may add, 1 or more
 * @param memoryBudget most bytes for the whole pool; empty: no limit
 * @param minFreeMemory bytes that the host is to keep free; empty: no limit
 */
public record ScalingRules(
    double threshold,
    Optional<TargetWait> targetWait,
    int maxStep,
    OptionalLong memoryBudget,
    OptionalLong minFreeMemory) {

  /** The utilization rule without guards. */
  public static ScalingRules utilization(double threshold) {
    return new ScalingRules(
        threshold, Optional.empty(), 1, OptionalLong.empty(), OptionalLong.empty());
  }

  /** A target wait without a limit on steps and without guards. */
  public static ScalingRules targetWait(TargetWait wait) {
    return new ScalingRules(
        0.5, Optional.of(wait), Integer.MAX_VALUE, OptionalLong.empty(), OptionalLong.empty());
  }
}
