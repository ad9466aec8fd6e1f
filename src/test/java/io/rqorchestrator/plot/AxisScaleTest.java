package io.rqorchestrator.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ScaleTest {

  @Test
  void mapsValuesToPixelsUpwardsAndRightwards() {
    AxisScale right = AxisScale.of(60, 100, 700, 6);
    assertThat(right.pixel(0)).isEqualTo(100);
    assertThat(right.pixel(15)).isEqualTo(250);
    assertThat(right.pixel(60)).isEqualTo(700);
    AxisScale up = AxisScale.of(2, 200, 100, 4);
    assertThat(up.pixel(0.5)).isEqualTo(175);
    assertThat(up.pixel(2)).isEqualTo(100);
  }

  @ParameterizedTest
  @CsvSource({
    "0.07,0.1",
    "0.1,0.1",
    "0.11,0.2",
    "0.3,0.5",
    "0.6,1",
    "1,1",
    "1.01,2",
    "4.4,5",
    "5.1,10",
    "99,100",
    "3000,5000"
  })
  void stepsByOneTwoOrFive(double rough, double step) {
    assertThat(AxisScale.roundStep(rough)).isCloseTo(step, within(step * 1e-9));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.3, 1, 1.1, 7, 59.9, 60, 86_400, 1e12})
  void hasAtMostAsManyStepsAsAskedForAndNoneBeyondItsEnd(double to) {
    AxisScale scale = AxisScale.of(to, 0, 100, 6);
    assertThat(scale.ticks()).hasSizeBetween(3, 7).isSorted().startsWith(0.0);
    assertThat(scale.ticks()).allMatch(tick -> tick <= to * (1 + 1e-9));
  }

  @Test
  void hasNoHalfWorkers() {
    assertThat(AxisScale.ofCounts(1.1, 0, 100, 6).ticks()).containsExactly(0.0, 1.0);
    assertThat(AxisScale.ofCounts(5.5, 0, 100, 6).ticks())
        .containsExactly(0.0, 1.0, 2.0, 3.0, 4.0, 5.0);
    assertThat(AxisScale.ofCounts(55, 0, 100, 6).step()).isEqualTo(10);
  }

  @Test
  void labelsTicksWithAsManyDecimalsAsTheyNeed() {
    assertThat(AxisScale.of(1.1, 0, 100, 5).label(0.5)).isEqualTo("0.5");
    assertThat(AxisScale.of(0.2, 0, 100, 5).label(0.05)).isEqualTo("0.05");
    assertThat(AxisScale.of(60, 0, 100, 6).label(20)).isEqualTo("20");
    assertThat(AxisScale.of(6000, 0, 100, 6).label(1000)).isEqualTo("1000");
  }
}
