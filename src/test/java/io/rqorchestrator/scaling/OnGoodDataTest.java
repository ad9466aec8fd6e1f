package io.rqorchestrator.scaling;

import static io.rqorchestrator.scaling.Given.active;
import static io.rqorchestrator.scaling.Reason.Code.NO_DATA;
import static io.rqorchestrator.scaling.Reason.Code.SUSPENDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.scaling.ScalingDecision.Grow;
import io.rqorchestrator.scaling.ScalingDecision.Hold;
import io.rqorchestrator.scaling.ScalingDecision.Shrink;
import org.junit.jupiter.api.Test;

class OnGoodDataTest {

  private static final Reason LOW = new Reason(Reason.Code.BELOW_HALF_THRESHOLD, "low");

  private final ScalingPolicy shrinking = new OnGoodData(in -> new Shrink(3, 2, LOW));

  @Test
  void holdsBlindlyForTheReasonOfItsBlindness() {
    Reason why = new Reason(SUSPENDED, "rq suspend is in force");

    assertThat(shrinking.decide(active(3).blind(why).input())).isEqualTo(new Hold(3, why));
  }

  @Test
  void doesNotAskAnybodyWhileBlind() {
    ScalingPolicy never =
        in -> {
          throw new AssertionError("asked while blind");
        };

    assertThat(
            new OnGoodData(never).decide(active(3).blind(new Reason(NO_DATA, "away")).input()).to())
        .isEqualTo(3);
  }

  @Test
  void missingDataNeverShrinks() {
    assertThat(shrinking.decide(active(3).missing(2).input()))
        .isEqualTo(new Hold(3, new Reason(NO_DATA, "2 workers could not be read: low")));
  }

  @Test
  void missingDataDoesNotStandInTheWayOfGrowth() {
    Grow grow = new Grow(3, 4, new Reason(Reason.Code.ABOVE_THRESHOLD, "high"));

    assertThat(new OnGoodData(in -> grow).decide(active(3).missing(2).input())).isSameAs(grow);
  }

  @Test
  void shrinksOnGoodData() {
    assertThat(shrinking.decide(active(3).input())).isEqualTo(new Shrink(3, 2, LOW));
  }
}
