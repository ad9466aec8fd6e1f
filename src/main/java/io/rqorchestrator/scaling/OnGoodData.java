package io.rqorchestrator.scaling;

import static io.rqorchestrator.scaling.Reason.Code.NO_DATA;

import io.rqorchestrator.scaling.ScalingDecision.Hold;
import io.rqorchestrator.scaling.ScalingDecision.Shrink;

/**
 * Holds while there is nothing to decide on: no recent sample, RQ suspended, or, for a step down, a
 * worker whose busy time could not be read. A worker that is not seen may be busy, so missing data
 * never shrinks the pool.
 */
final class OnGoodData implements ScalingPolicy {

  private final ScalingPolicy policy;

  OnGoodData(ScalingPolicy policy) {
    this.policy = policy;
  }

  @Override
  public ScalingDecision decide(ScalingInput input) {
    if (input.blind().isPresent()) {
      return new Hold(input.active(), input.blind().get());
    }
    ScalingDecision decision = policy.decide(input);
    if (decision instanceof Shrink shrink && input.missing() > 0) {
      String text =
          "%d workers could not be read: ".formatted(input.missing()) + shrink.reason().text();
      return new Hold(shrink.from(), new Reason(NO_DATA, text));
    }
    return decision;
  }
}
