package io.rqorchestrator.scaling;

/** A rule for the pool's size. Pure: the same input gives the same decision. */
@FunctionalInterface
public interface ScalingPolicy {

  /** Decides. */
  ScalingDecision decide(ScalingInput input);

  /**
   * The default: utilization against hysteresis thresholds, within bounds, on good data only.
   *
   * @param threshold utilization above which the pool grows, in (0, 0.9]
   */
  static ScalingPolicy utilization(double threshold) {
    return new OnGoodData(new WithinBounds(new UtilizationPolicy(threshold)));
  }
}
