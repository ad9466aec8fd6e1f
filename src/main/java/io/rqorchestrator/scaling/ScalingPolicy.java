package io.rqorchestrator.scaling;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns measurements into decisions on the pool's size. Reads no clock: the same inputs in the same
 * order give the same decisions. A policy with a target wait remembers the sizes it wanted
 * recently, so each pool needs its own instance.
 */
@FunctionalInterface
public interface ScalingPolicy {

  /** Decides. */
  ScalingDecision decide(ScalingInput input);

  /** Whether a decision is due at every sample rather than every scaling period. */
  default boolean decidesAtSamples() {
    return false;
  }

  /** Whether this policy uses the pool's memory, which is costly to read. */
  default boolean watchesMemory() {
    return false;
  }

  /**
   * Why the pool's memory has no room for one more worker; empty if it has.
   *
   * @param memory the memory that the pool takes
   */
  default Optional<String> memoryShortage(MemoryUse memory) {
    return Optional.empty();
  }

  /**
   * A utilization rule or a target-wait rule, followed by bounds and guards. It holds the size
   * while data is missing.
   *
   * @throws IllegalArgumentException if the threshold is not in (0, 0.9]
   */
  static ScalingPolicy of(ScalingRules rules) {
    List<Limit> limits = new ArrayList<>();
    rules.targetWait().ifPresent(wait -> limits.add(new ShrinkHold(wait.shrinkHold())));
    limits.add(new MaxStep(rules.maxStep()));
    limits.add(new Bounds());
    limits.add(new NoShrinkUnread());
    rules.memoryBudget().ifPresent(bytes -> limits.add(new MemoryBudget(bytes)));
    rules.minFreeMemory().ifPresent(bytes -> limits.add(new FreeMemory(bytes)));
    Policy policy =
        rules
            .targetWait()
            .<Policy>map(wait -> new TargetWaitPolicy(wait))
            .orElseGet(() -> new UtilizationPolicy(rules.threshold()));
    return new LimitedPolicy(policy, limits, rules.targetWait().isPresent());
  }

  /**
   * The default: the utilization rule within bounds.
   *
   * @param threshold utilization above which the pool grows, in (0, 0.9]
   */
  static ScalingPolicy utilization(double threshold) {
    return of(ScalingRules.utilization(threshold));
  }
}
