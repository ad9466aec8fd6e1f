package io.rqorchestrator.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RateTest {

  private static Stream<Rate> rates() {
    return Stream.of(
        Rate.constant(3),
        Rate.wave(1, 5, 60),
        Rate.wave(5, 0, 60),
        Rate.flash(1, 20, 60, 10),
        Rate.flash(9, 2, 60, 50));
  }

  /** Whole periods, less than one, and one that ends within a flash crowd. */
  @ParameterizedTest
  @MethodSource("rates")
  void whatIsExpectedIsTheRateAddedUp(Rate rate) {
    for (int span : new int[] {0, 17, 60, 115, 240}) {
      double sum = IntStream.range(0, span * 100).mapToDouble(i -> rate.at((i + 0.5) / 100)).sum();
      assertThat(rate.expected(span)).as("%s in %d", rate, span).isCloseTo(sum / 100, within(1e-3));
    }
  }

  @ParameterizedTest
  @MethodSource("rates")
  void theHighestIsReachedAndNeverPassed(Rate rate) {
    double most = IntStream.range(0, 6_000).mapToDouble(i -> rate.at(i / 100.0)).max().orElse(0);
    assertThat(rate.highest()).isCloseTo(most, withinPercentage(0.01)).isGreaterThanOrEqualTo(most);
  }
}
