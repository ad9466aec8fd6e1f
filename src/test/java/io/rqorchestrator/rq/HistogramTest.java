package io.rqorchestrator.rq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class HistogramTest {

  @Test
  void knowsNothingOfNoDurations() {
    assertThat(Histogram.EMPTY.count()).isZero();
    assertThat(Histogram.EMPTY.mean()).isEmpty();
    assertThat(Histogram.EMPTY.quantile(0.5)).isEmpty();
  }

  @Test
  void interpolatesWithinTheBucketThatHoldsTheQuantile() {
    Histogram ten = Histograms.of(0.1, 10);
    assertThat(ten.quantile(0.5).orElseThrow()).isEqualTo(0.075, within(1e-9));
    assertThat(ten.quantile(1).orElseThrow()).isEqualTo(0.1, within(1e-9));
    Histogram both = ten.plus(Histograms.of(10, 10));
    assertThat(both.quantile(0.95).orElseThrow()).isEqualTo(9.5, within(1e-9));
    assertThat(both.mean().orElseThrow()).isEqualTo(5.05, within(1e-9));
  }

  @Test
  void claimsNoMoreThanTheHighestBoundForWhatLiesAboveIt() {
    assertThat(Histograms.of(5000, 1).quantile(0.5)).hasValue(2500);
  }

  @Test
  void tellsWhatCameSince() {
    Histogram earlier = Histograms.of(0.1, 2);
    Histogram later = earlier.plus(Histograms.of(1, 3));
    assertThat(later.follows(earlier)).isTrue();
    assertThat(earlier.follows(later)).isFalse();
    assertThat(later.minus(earlier).count()).isEqualTo(3);
    assertThat(later.minus(earlier).sum()).isEqualTo(3, within(1e-9));
  }

  @Test
  void refusesAnotherNumberOfBuckets() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Histogram(0, List.of(1L, 2L)))
        .withMessage("counts (2) must be 21");
  }
}
