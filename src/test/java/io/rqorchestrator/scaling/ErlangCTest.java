package io.rqorchestrator.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErlangCTest {

  /** Closed forms: C(1, a) = a; C(2, a) = a^2 / (2 + a); C(3, 2) = 4/9. */
  @Test
  void agreesWithTheClosedFormsOfOneTwoAndThreeServers() {
    assertThat(ErlangC.waits(0.7, 1)).isEqualTo(0.7, within(1e-12));
    assertThat(ErlangC.waits(1, 2)).isEqualTo(1.0 / 3, within(1e-12));
    assertThat(ErlangC.waits(1.5, 2)).isEqualTo(2.25 / 3.5, within(1e-12));
    assertThat(ErlangC.waits(2, 3)).isEqualTo(4.0 / 9, within(1e-12));
  }

  /**
   * The table of the best known worked example for call centres: 200 calls an hour of three minutes
   * each, 10 erlang; shares that wait, and shares answered within 20 s.
   */
  @ParameterizedTest
  @CsvSource({
    "11, 0.682, 0.390",
    "12, 0.449, 0.640",
    "13, 0.285, 0.796",
    "14, 0.174, 0.888",
  })
  void agreesWithThePublishedTableForTenErlang(int servers, double waits, double answered) {
    assertThat(ErlangC.waits(10, servers)).isEqualTo(waits, within(0.0006));
    assertThat(1 - ErlangC.waitsLonger(10, servers, 180, 20)).isEqualTo(answered, within(0.0006));
  }

  /** What the recurrence is for: in the closed form 900^900 and 950! have no double. */
  @ParameterizedTest
  @CsvSource({"5, 7", "40, 41", "100, 120", "900, 950"})
  void agreesWithTheClosedFormInArbitraryPrecision(int erlang, int servers) {
    assertThat(ErlangC.waits(erlang, servers)).isEqualTo(closedForm(erlang, servers), within(1e-9));
  }

  private static double closedForm(int erlang, int servers) {
    MathContext digits = new MathContext(60);
    BigDecimal load = BigDecimal.valueOf(erlang);
    BigDecimal term = BigDecimal.ONE;
    BigDecimal sum = BigDecimal.ZERO;
    for (int k = 0; k < servers; k++) {
      sum = sum.add(term);
      term = term.multiply(load).divide(BigDecimal.valueOf(k + 1), digits);
    }
    BigDecimal last =
        term.multiply(BigDecimal.valueOf(servers))
            .divide(BigDecimal.valueOf(servers - erlang), digits);
    return last.divide(sum.add(last), digits).doubleValue();
  }

  @Test
  void everybodyWaitsWhereTheServersCannotKeepUp() {
    assertThat(ErlangC.waits(3, 3)).isEqualTo(1);
    assertThat(ErlangC.waits(3, 2)).isEqualTo(1);
    assertThat(ErlangC.waitsLonger(3, 2, 1, 100)).isEqualTo(1);
    assertThat(ErlangC.waits(3, 0)).isEqualTo(1);
  }

  @Test
  void nobodyWaitsWhereNobodyComes() {
    assertThat(ErlangC.waits(0, 1)).isZero();
    assertThat(ErlangC.servers(0, 1, 1, 0.05)).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.3, 1, 2, 4.7, 40, 900})
  void theServersAreTheFewestThatDo(double erlang) {
    for (double service : new double[] {0.001, 0.5, 1, 60}) {
      int servers = ErlangC.servers(erlang, service, 1, 0.05);

      assertThat(ErlangC.waitsLonger(erlang, servers, service, 1)).isLessThanOrEqualTo(0.05);
      assertThat(ErlangC.waitsLonger(erlang, servers - 1, service, 1)).isGreaterThan(0.05);
    }
  }

  /**
   * Jobs that are short against the target need no more than the load; long ones need a reserve.
   */
  @Test
  void theReserveGrowsWithTheServiceTime() {
    assertThat(ErlangC.servers(2, 0.01, 1, 0.05)).isEqualTo(3);
    assertThat(ErlangC.servers(2, 1, 1, 0.05)).isEqualTo(4);
    assertThat(ErlangC.servers(2, 100, 1, 0.05)).isEqualTo(6);
  }
}
