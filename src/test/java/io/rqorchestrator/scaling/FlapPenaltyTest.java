package io.rqorchestrator.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.time.Ticks;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FlapPenaltyTest {

  private final FlapPenalty flapPenalty = new FlapPenalty(Duration.ofSeconds(5));

  @Test
  void doublesTheHoldWhereAWorkerIsMissedSoonAndNoMoreThanOnce() {
    assertThat(stretchedAt(0)).isEqualTo(5);

    missed(0, 4);
    assertThat(stretchedAt(4)).isEqualTo(10);

    missed(10, 14);
    missed(20, 24);
    assertThat(stretchedAt(24)).isEqualTo(10);
  }

  @Test
  void aWorkerThatIsMissedLaterWasRightlyLetGo() {
    missed(0, 5);

    assertThat(stretchedAt(10)).isEqualTo(5);
  }

  @Test
  void growthThatFollowsNoShrinkHasNoPenalty() {
    flapPenalty.observe(4, 2, Ticks.at(0));
    flapPenalty.observe(2, 4, Ticks.at(1));
    flapPenalty.observe(4, 2, Ticks.at(3));
    flapPenalty.observe(5, 4, Ticks.at(4));

    assertThat(stretchedAt(4)).as("one, not two").isBetween(9.9, 10.0);
  }

  @Test
  void thePenaltyIsHalvedInSixtyHolds() {
    missed(0, 1);

    assertThat(stretchedAt(301)).isEqualTo(7.5);
    assertThat(stretchedAt(100_000)).isEqualTo(5);
  }

  private void missed(double letGo, double missed) {
    flapPenalty.observe(2, 4, Ticks.at(letGo));
    flapPenalty.observe(4, 2, Ticks.at(missed));
  }

  private double stretchedAt(double seconds) {
    return flapPenalty.stretched(Ticks.at(seconds)).toNanos() / 1e9;
  }
}
