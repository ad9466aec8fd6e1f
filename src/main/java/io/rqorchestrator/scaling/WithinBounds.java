package io.rqorchestrator.scaling;

import static io.rqorchestrator.scaling.Reason.Code.AT_MAX;
import static io.rqorchestrator.scaling.Reason.Code.AT_MIN;
import static io.rqorchestrator.scaling.Reason.Code.BACKING_OFF;

import io.rqorchestrator.scaling.ScalingDecision.Grow;
import io.rqorchestrator.scaling.ScalingDecision.Hold;
import io.rqorchestrator.scaling.ScalingDecision.Shrink;

/**
 * Holds where another policy would leave [min, max], and says which bound binds.
 *
 * <p>What max bounds is memory, so draining workers and places waiting for a restart count against
 * it; what min bounds is capacity, so they don't count for it.
 */
final class WithinBounds implements ScalingPolicy {

  private final ScalingPolicy policy;

  WithinBounds(ScalingPolicy policy) {
    this.policy = policy;
  }

  @Override
  public ScalingDecision decide(ScalingInput input) {
    ScalingDecision decision = policy.decide(input);
    if (decision instanceof Grow grow) {
      return bounded(grow, input);
    }
    if (decision instanceof Shrink shrink && shrink.to() < input.min()) {
      String text = "at min %d: ".formatted(input.min()) + shrink.reason().text();
      return new Hold(shrink.from(), new Reason(AT_MIN, text));
    }
    return decision;
  }

  private static ScalingDecision bounded(Grow grow, ScalingInput input) {
    int charged = input.live() + input.backingOff();
    if (charged >= input.max()) {
      String text = "at max %d%s: ".formatted(input.max(), others(input)) + grow.reason().text();
      return new Hold(grow.from(), new Reason(AT_MAX, text));
    }
    if (input.backingOff() > 0) {
      String text = "%d in backoff: ".formatted(input.backingOff()) + grow.reason().text();
      return new Hold(grow.from(), new Reason(BACKING_OFF, text));
    }
    return grow;
  }

  private static String others(ScalingInput input) {
    int draining = input.live() - input.active();
    return draining == 0 ? "" : " with %d draining".formatted(draining);
  }
}
