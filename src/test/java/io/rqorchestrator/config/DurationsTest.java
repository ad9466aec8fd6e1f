package io.rqorchestrator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "5,5000",
    "0.25,250",
    "500ms,500",
    "30s,30000",
    "1h30m,5400000",
    "2d,172800000",
    "0.6s,600",
    "1.5h30s,5430000",
    "0.5d,43200000",
    " 7S ,7000"
  })
  void readsSecondsAndUnits(String text, long millis) {
    assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "s", "-1", "1x", "1 h", "1h 30m", "1e3", ".5s", "1.s", "99999999999s", "∞"})
  void refusesEverythingElse(String text) {
    assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void writesWhatItReads() {
    assertThat(Durations.format(Duration.ofMillis(5_400_500))).isEqualTo("1h30m500ms");
    assertThat(Durations.format(Duration.ZERO)).isEqualTo("0s");
  }
}
