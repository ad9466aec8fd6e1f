package io.rqorchestrator.scaling;

import static io.rqorchestrator.scaling.Given.active;
import static io.rqorchestrator.scaling.Reason.Code.ABOVE_THRESHOLD;
import static io.rqorchestrator.scaling.Reason.Code.BELOW_HALF_THRESHOLD;
import static io.rqorchestrator.scaling.Reason.Code.JOB_WAITS;
import static io.rqorchestrator.scaling.Reason.Code.LAST_WORKER;
import static io.rqorchestrator.scaling.Reason.Code.NOTHING_TO_DO;
import static io.rqorchestrator.scaling.Reason.Code.WITHIN_BAND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rqorchestrator.scaling.ScalingDecision.Grow;
import io.rqorchestrator.scaling.ScalingDecision.Hold;
import io.rqorchestrator.scaling.ScalingDecision.Shrink;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UtilizationPolicyTest {

  private static final double HALF = Math.nextDown(0.25);

  private final ScalingPolicy policy = alone(new UtilizationPolicy(0.5));

  @Test
  void growsByOneAboveTheThreshold() {
    assertThat(policy.decide(active(4).load(2.4).input()))
        .isEqualTo(
            new Grow(
                4,
                5,
                new Reason(
                    ABOVE_THRESHOLD, "utilization 0.60 > 0.50 (load 2.40, window 30s, queued 0)")));
  }

  @Test
  void shrinksByOneBelowHalfTheThreshold() {
    assertThat(policy.decide(active(4).load(0.8).queued(7).input()))
        .isEqualTo(
            new Shrink(
                4,
                3,
                new Reason(
                    BELOW_HALF_THRESHOLD,
                    "utilization 0.20 < 0.25 (load 0.80, window 30s, queued 7)")));
  }

  @Test
  void holdsInTheBand() {
    assertThat(policy.decide(active(4).load(1.6).elapsed(12.4).input()))
        .isEqualTo(
            new Hold(
                4,
                new Reason(
                    WITHIN_BAND,
                    "utilization 0.40 in 0.25..0.50 (load 1.60, window 12s, queued 0)")));
  }

  @Test
  void theThresholdItselfIsInTheBand() {
    assertThat(policy.decide(active(1).load(0.5).input())).isInstanceOf(Hold.class);
    assertThat(policy.decide(active(1).load(Math.nextUp(0.5)).input())).isInstanceOf(Grow.class);
  }

  @Test
  void halfTheThresholdIsInTheBand() {
    assertThat(policy.decide(active(1).load(0.25).input())).isInstanceOf(Hold.class);
    assertThat(policy.decide(active(1).load(HALF).input())).isInstanceOf(Shrink.class);
  }

  @Test
  void growsByOneHoweverHighTheLoad() {
    assertThat(policy.decide(active(1).load(100).input()).to()).isEqualTo(2);
  }

  @Test
  void shrinksByOneHoweverLowTheLoad() {
    assertThat(policy.decide(active(10).load(0).input()).to()).isEqualTo(9);
  }

  @Test
  void drainingWorkersAreNoCapacity() {
    assertThat(policy.decide(active(2).draining(8).load(1.2).input())).isInstanceOf(Grow.class);
  }

  @Test
  void aQueueAloneIsNoReasonToGrow() {
    assertThat(policy.decide(active(2).load(0.8).queued(1000).input())).isInstanceOf(Hold.class);
  }

  @Test
  void aWaitingJobStartsTheFirstWorker() {
    assertThat(policy.decide(active(0).within(0, 5).queued(1).input()))
        .isEqualTo(
            new Grow(
                0,
                1,
                new Reason(
                    JOB_WAITS,
                    "a job waits and no worker runs (load 0.00, window 30s, queued 1)")));
  }

  @Test
  void withoutAWorkerOneIsEnoughForAnyQueue() {
    assertThat(policy.decide(active(0).within(0, 5).queued(1000).load(3).input()).to())
        .isEqualTo(1);
  }

  @Test
  void withoutAWorkerAndAJobThereIsNothingToDo() {
    ScalingDecision decision = policy.decide(active(0).within(0, 5).load(0.3).input());

    assertThat(decision.to()).isZero();
    assertThat(decision.reason().code()).isEqualTo(NOTHING_TO_DO);
    assertThat(decision.reason().text()).startsWith("no worker runs and no job waits (load 0.30");
  }

  @Test
  void theLastWorkerStaysWhileItsWorkIsInTheWindow() {
    ScalingDecision decision = policy.decide(active(1).within(0, 5).load(0.001).input());

    assertThat(decision).isInstanceOf(Hold.class);
    assertThat(decision.reason().code()).isEqualTo(LAST_WORKER);
    assertThat(decision.reason().text())
        .isEqualTo("the last worker stays while there is work (load 0.00, window 30s, queued 0)");
  }

  @Test
  void theLastWorkerStaysWhileAJobWaits() {
    assertThat(policy.decide(active(1).within(0, 5).queued(1).input()).reason().code())
        .isEqualTo(LAST_WORKER);
  }

  @Test
  void theLastWorkerStaysUntilAWholeWindowWasQuiet() {
    assertThat(policy.decide(active(1).within(0, 5).quiet(29.9).input()).reason().code())
        .isEqualTo(LAST_WORKER);
  }

  @Test
  void theLastWorkerGoesAfterAWholeQuietWindow() {
    assertThat(policy.decide(active(1).within(0, 5).input())).isInstanceOf(Shrink.class);
  }

  @Test
  void theLastButOneGoesLikeAnyOther() {
    assertThat(policy.decide(active(2).within(0, 5).load(0.001).queued(1).input()).to())
        .isEqualTo(1);
  }

  /** With a core worker, what keeps the last one is min, not this rule. */
  @Test
  void theLastWorkerIsNothingSpecialWhereMinIsOne() {
    assertThat(policy.decide(active(1).within(1, 5).load(0.001).input()))
        .isInstanceOf(Shrink.class);
  }

  @Test
  void theReasonTellsNumbersApart() {
    assertThat(policy.decide(active(1).load(0.501).input()).reason().text())
        .startsWith("utilization 0.50100 > 0.50000 (");
    assertThat(policy.decide(active(1).load(0.249).input()).reason().text())
        .startsWith("utilization 0.24900 < 0.25000 (");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 0.901, 1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesAThresholdOutOfRange(double threshold) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UtilizationPolicy(threshold))
        .withMessage("threshold (%s) must be in (0, 0.9]", threshold);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.MIN_VALUE, 0.5, 0.9})
  void takesAThresholdInRange(double threshold) {
    assertThat(alone(new UtilizationPolicy(threshold)).decide(active(1).load(1).input()))
        .isInstanceOf(Grow.class);
  }

  private static ScalingPolicy alone(Policy policy) {
    return new LimitedPolicy(policy, List.of(), false);
  }
}
