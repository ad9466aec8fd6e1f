package io.rqorchestrator.scaling;

import static io.rqorchestrator.scaling.Given.active;
import static io.rqorchestrator.scaling.Reason.Code.ABOVE_THRESHOLD;
import static io.rqorchestrator.scaling.Reason.Code.AT_MAX;
import static io.rqorchestrator.scaling.Reason.Code.AT_MIN;
import static io.rqorchestrator.scaling.Reason.Code.BACKING_OFF;
import static io.rqorchestrator.scaling.Reason.Code.BELOW_HALF_THRESHOLD;
import static io.rqorchestrator.scaling.Reason.Code.WITHIN_BAND;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.scaling.ScalingDecision.Grow;
import io.rqorchestrator.scaling.ScalingDecision.Hold;
import io.rqorchestrator.scaling.ScalingDecision.Shrink;
import org.junit.jupiter.api.Test;

class WithinBoundsTest {

  private static final Reason HIGH = new Reason(ABOVE_THRESHOLD, "high");
  private static final Reason LOW = new Reason(BELOW_HALF_THRESHOLD, "low");

  private final ScalingPolicy growing =
      new WithinBounds(in -> new Grow(in.active(), in.active() + 1, HIGH));
  private final ScalingPolicy shrinking =
      new WithinBounds(in -> new Shrink(in.active(), in.active() - 1, LOW));

  @Test
  void growsUpToMax() {
    assertThat(growing.decide(active(4).within(2, 5).input())).isEqualTo(new Grow(4, 5, HIGH));
  }

  @Test
  void holdsAtMax() {
    assertThat(growing.decide(active(5).within(2, 5).input()))
        .isEqualTo(new Hold(5, new Reason(AT_MAX, "at max 5: high")));
  }

  @Test
  void holdsAtMaxCountingDrainingWorkers() {
    assertThat(growing.decide(active(3).draining(2).within(2, 5).input()))
        .isEqualTo(new Hold(3, new Reason(AT_MAX, "at max 5 with 2 draining: high")));
  }

  @Test
  void holdsAtMaxCountingPlacesInBackoff() {
    assertThat(growing.decide(active(3).backingOff(2).within(2, 5).input()))
        .isEqualTo(new Hold(3, new Reason(AT_MAX, "at max 5: high")));
  }

  @Test
  void holdsAboveMax() {
    assertThat(growing.decide(active(7).within(2, 5).input())).isInstanceOf(Hold.class);
  }

  @Test
  void doesNotGrowWhileAPlaceBacksOff() {
    assertThat(growing.decide(active(2).backingOff(1).within(2, 5).input()))
        .isEqualTo(new Hold(2, new Reason(BACKING_OFF, "1 in backoff: high")));
  }

  @Test
  void growsWhileWorkersDrain() {
    assertThat(growing.decide(active(2).draining(2).within(2, 5).input()))
        .isEqualTo(new Grow(2, 3, HIGH));
  }

  @Test
  void shrinksDownToMin() {
    assertThat(shrinking.decide(active(3).within(2, 5).input())).isEqualTo(new Shrink(3, 2, LOW));
  }

  @Test
  void holdsAtMin() {
    assertThat(shrinking.decide(active(2).within(2, 5).input()))
        .isEqualTo(new Hold(2, new Reason(AT_MIN, "at min 2: low")));
  }

  @Test
  void holdsAtMinNotCountingDrainingWorkers() {
    assertThat(shrinking.decide(active(2).draining(3).within(2, 5).input()).reason().code())
        .isEqualTo(AT_MIN);
  }

  @Test
  void holdsAtMinNotCountingPlacesInBackoff() {
    assertThat(shrinking.decide(active(2).backingOff(1).within(2, 5).input()).reason().code())
        .isEqualTo(AT_MIN);
  }

  @Test
  void shrinksToNothingWhereMinIsZero() {
    assertThat(shrinking.decide(active(1).within(0, 5).input())).isEqualTo(new Shrink(1, 0, LOW));
  }

  @Test
  void leavesAHoldAlone() {
    Hold hold = new Hold(7, new Reason(WITHIN_BAND, "fine"));

    assertThat(new WithinBounds(in -> hold).decide(active(7).within(2, 5).input())).isSameAs(hold);
  }
}
