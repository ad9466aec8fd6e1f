package io.rqorchestrator.measure;

import static io.rqorchestrator.rq.Readings.exact;
import static io.rqorchestrator.time.Ticks.at;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the ledger's loads do not show. */
class BusyCurveTest {

  private static final Duration LIFE = Duration.ofSeconds(200_000);

  /**
   * Before its first point a curve is flat, so that a look at its whole life shows where it begins.
   */
  @Test
  void aHundredThousandObservationsLeaveThoseOfTheWindow() {
    BusyCurve curve = BusyCurve.ofNewWorker(at(0));
    for (int second = 1; second <= 100_000; second++) {
      curve.observe(at(second), exact(0, at(0)), true);
      assertThat(curve.forgetBefore(at(second - 30).nanos())).isFalse();
    }

    assertThat(curve.busyWithin(at(100_000).nanos(), LIFE)).isEqualTo(30);
  }

  @Test
  void thePointBeforeTheWindowIsKeptForItsEdge() {
    BusyCurve curve = BusyCurve.ofNewWorker(at(0));
    curve.observe(at(10), exact(4), false);
    curve.observe(at(20), exact(8), false);
    curve.observe(at(40), exact(8), false);
    assertThat(curve.forgetBefore(at(15).nanos())).isFalse();

    assertThat(curve.busyWithin(at(40).nanos(), Duration.ofSeconds(25))).isEqualTo(2);
    assertThat(curve.busyWithin(at(40).nanos(), LIFE)).isEqualTo(4);
  }

  @Test
  void hasNothingToTellOnceItEndedBeforeTheWindow() {
    BusyCurve curve = BusyCurve.ofNewWorker(at(0));
    curve.observe(at(10), exact(4), false);
    assertThat(curve.forgetBefore(at(20).nanos())).isFalse();

    curve.end(at(11));
    assertThat(curve.forgetBefore(at(9).nanos())).isFalse();
    assertThat(curve.forgetBefore(at(10).nanos())).isTrue();
  }

  @Test
  void isFlatOutsideItsPoints() {
    BusyCurve curve = BusyCurve.ofNewWorker(at(10));
    curve.observe(at(20), exact(4), false);

    assertThat(curve.busyWithin(at(10).nanos(), Duration.ofSeconds(5))).isZero();
    assertThat(curve.busyWithin(at(100).nanos(), Duration.ofSeconds(80))).isZero();
    assertThat(curve.busyWithin(at(100).nanos(), Duration.ofSeconds(85))).isEqualTo(2);
  }
}
