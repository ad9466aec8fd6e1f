package io.rqorchestrator.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.measure.Load;
import io.rqorchestrator.scaling.Demand;
import io.rqorchestrator.scaling.ForeignCapacity;
import io.rqorchestrator.scaling.Headcount;
import io.rqorchestrator.scaling.MemoryUse;
import io.rqorchestrator.scaling.ScalingInput;
import io.rqorchestrator.time.Ticks;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each formula of others, step by step; bounds are 1 and 10. */
final class OtherRuleTest {

  private static ScalingInput input(double at, int active, int busy, long queued) {
    return new ScalingInput(
        Ticks.at(at),
        1,
        10,
        new Headcount(
            active, active, 0, Collections.nCopies(busy, Duration.ZERO), ForeignCapacity.NONE, 0),
        new Demand(
            new Load(busy, Duration.ofSeconds(3)),
            busy,
            Duration.ofSeconds(3),
            queued,
            queued * 0.5,
            0.5,
            Duration.ZERO),
        MemoryUse.UNKNOWN,
        Optional.empty());
  }

  private static int to(OtherRule rule, double at, int active, int busy, long queued) {
    return rule.decide(input(at, active, busy, queued)).to();
  }

  @Test
  void horizonGoesToMaxStepByStepAsLongAsAnythingWaits() {
    OtherRule horizon = new OtherRule.Horizon();
    assertThat(to(horizon, 0, 1, 1, 1)).isEqualTo(2);
    assertThat(to(horizon, 3, 9, 9, 1)).isEqualTo(10);
    assertThat(to(horizon, 6, 10, 10, 1)).isEqualTo(10);
    assertThat(to(horizon, 9, 10, 10, 0)).isEqualTo(9);
    assertThat(to(horizon, 12, 1, 0, 0)).isEqualTo(1);
  }

  @Test
  void celeryGrowsAtOnceUpToFourTimesItsProcessesAndShrinksAfterHalfAMinute() {
    OtherRule celery = new OtherRule.Celery();
    assertThat(to(celery, 0, 5, 0, 0)).as("never grew").isEqualTo(5);
    assertThat(to(celery, 1, 2, 2, 40)).isEqualTo(8);
    assertThat(to(celery, 2, 8, 8, 40)).isEqualTo(10);
    assertThat(to(celery, 32, 10, 2, 0)).as("30 s have not passed").isEqualTo(10);
    assertThat(to(celery, 33, 10, 2, 0)).isEqualTo(2);
  }

  @Test
  void uwsgiShrinksAfterTenCyclesAndLaterAfterTwelve() {
    OtherRule uwsgi = new OtherRule.Uwsgi();
    assertThat(to(uwsgi, 0, 4, 3, 0)).isEqualTo(5);
    assertThat(to(uwsgi, 1, 5, 5, 0)).as("within the cycle").isEqualTo(5);
    assertThat(to(uwsgi, 1.5, 5, 5, 34)).as("backlog").isEqualTo(6);
    assertThat(to(uwsgi, 3, 4, 0, 0)).isEqualTo(4);
    assertThat(to(uwsgi, 32, 4, 0, 0)).isEqualTo(4);
    assertThat(to(uwsgi, 35, 4, 0, 0)).isEqualTo(3);
    assertThat(to(uwsgi, 38, 3, 3, 0)).as("missed: the multiplier is 12 now").isEqualTo(4);
    assertThat(to(uwsgi, 41, 4, 0, 0)).isEqualTo(4);
    assertThat(to(uwsgi, 74, 4, 0, 0)).isEqualTo(4);
    assertThat(to(uwsgi, 77, 4, 0, 0)).isEqualTo(3);
  }

  @Test
  void hpaFollowsTheQueueAndKeepsTheHighestWantOfFiveMinutes() {
    OtherRule hpa = new OtherRule.Hpa();
    assertThat(to(hpa, 0, 1, 1, 40)).as("at most four more").isEqualTo(5);
    assertThat(to(hpa, 15, 5, 5, 40)).isEqualTo(8);
    assertThat(to(hpa, 30, 8, 8, 42)).as("within 10 %").isEqualTo(8);
    assertThat(to(hpa, 45, 8, 8, 0)).isEqualTo(8);
    assertThat(to(hpa, 331, 8, 8, 0)).isEqualTo(1);
  }
}
