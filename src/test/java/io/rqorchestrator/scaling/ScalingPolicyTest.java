package io.rqorchestrator.scaling;

import static io.rqorchestrator.scaling.Given.active;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

/** The default policy, all its parts together, in the words that log and status show. */
class ScalingPolicyTest {

  private final ScalingPolicy policy = ScalingPolicy.utilization(0.5);

  @Test
  void grows() {
    assertThat(decisionOn(active(3).within(2, 5).load(2.2)))
        .isEqualTo("grow 3 -> 4: utilization 0.73 > 0.50 (load 2.20, window 30s, queued 0)");
  }

  @Test
  void shrinks() {
    assertThat(decisionOn(active(3).within(2, 5).load(0.2)))
        .isEqualTo("shrink 3 -> 2: utilization 0.07 < 0.25 (load 0.20, window 30s, queued 0)");
  }

  @Test
  void holds() {
    assertThat(decisionOn(active(5).within(2, 5).load(2.2).queued(3)))
        .isEqualTo("hold at 5: utilization 0.44 in 0.25..0.50 (load 2.20, window 30s, queued 3)");
  }

  @Test
  void holdsAtMax() {
    assertThat(decisionOn(active(4).draining(1).within(2, 5).load(3.6)))
        .isEqualTo(
            "hold at 4: wants 5 (utilization 0.90 > 0.50, load 3.60, window 30s, queued 0),"
                + " at max 5 with 1 draining");
  }

  @Test
  void holdsAtMin() {
    assertThat(decisionOn(active(2).within(2, 5)))
        .isEqualTo(
            "hold at 2: wants 1 (utilization 0.00 < 0.25, load 0.00, window 30s, queued 0),"
                + " at min 2");
  }

  @Test
  void holdsInBackoff() {
    assertThat(decisionOn(active(2).backingOff(1).within(2, 5).load(1.5)))
        .isEqualTo(
            "hold at 2: wants 3 (utilization 0.75 > 0.50, load 1.50, window 30s, queued 0),"
                + " 1 in backoff");
  }

  @Test
  void holdsOnMissingData() {
    assertThat(decisionOn(active(4).missing(1).within(2, 5)))
        .isEqualTo(
            "hold at 4: wants 3 (utilization 0.00 < 0.25, load 0.00, window 30s, queued 0),"
                + " 1 worker could not be read");
  }

  @Test
  void holdsWithoutData() {
    Reason away = new Reason(Reason.Code.NO_DATA, "Redis is away: refused");

    assertThat(decisionOn(active(4).holdReason(away).within(2, 5)))
        .isEqualTo("hold at 4: Redis is away: refused");
  }

  /** At min, missing data changes nothing: the bound is the stronger reason. */
  @Test
  void saysTheBoundBeforeTheMissingData() {
    assertThat(decisionOn(active(2).missing(1).within(2, 5))).endsWith("), at min 2");
  }

  @Test
  void refusesAThresholdOutOfRange() {
    assertThatIllegalArgumentException().isThrownBy(() -> ScalingPolicy.utilization(1));
  }

  private String decisionOn(Given situation) {
    return policy.decide(situation.input()).describe();
  }
}
