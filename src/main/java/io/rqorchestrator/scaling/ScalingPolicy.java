package io.rqorchestrator.scaling;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From what was measured to a decision on the pool's size. Reads no clock: the same inputs in the
 * same order give the same decisions. One that aims at a wait remembers what it wanted a moment
 * ago, so each pool has its own.
 */
@FunctionalInterface
public interface ScalingPolicy {

  /** Decides. */
  ScalingDecision decide(ScalingInput input);

  /** Whether a decision is due at every sample rather than every scaling period. */
  default boolean decidesAtSamples() {
    return false;
  }

  /** Whether it looks at the pool's memory, which costs something to read. */
  default boolean watchesMemory() {
    return false;
  }

  /**
   * What of the pool's memory leaves no room for one more worker; empty if there is room.
   *
   * @param memory what the pool takes
   */
  default Optional<String> tight(MemoryUse memory) {
    return Optional.empty();
  }

  /**
   * Policy, then bounds, then guards. Utilization against hysteresis thresholds, or a target wait;
   * always on good data only.
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
   * The default: the rule of utilization within bounds.
   *
   * @param threshold utilization above which the pool grows, in (0, 0.9]
   */
  static ScalingPolicy utilization(double threshold) {
    return of(ScalingRules.utilization(threshold));
  }
}
