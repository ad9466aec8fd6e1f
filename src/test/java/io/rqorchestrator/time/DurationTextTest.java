package io.rqorchestrator.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationTextTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "0.0004, 0s",
    "0.015, 15ms",
    "0.0994, 99ms",
    "0.0996, 0.1s",
    "0.25, 0.25s",
    "0.4, 0.4s",
    "0.994, 0.99s",
    "0.996, 1s",
    "1.25, 1.3s",
    "5, 5s",
    "9.5, 9.5s",
    "9.94, 9.9s",
    "9.96, 10s",
    "42.4, 42s",
    "59.6, 1m",
    "75, 1m15s",
    "200, 3m20s",
    "3599, 59m59s",
    "3599.6, 1h",
    "7500, 2h05m",
    "86399, 23h59m",
    "86400, 1d",
    "273600, 3d4h",
    "31536000, 365d",
    "-0.5, -0.5s",
    "-90, -1m30s",
  })
  void hasTwoDigitsOrTwoUnits(double seconds, String text) {
    assertThat(DurationText.ofSeconds(seconds)).isEqualTo(text);
    assertThat(DurationText.of(Duration.ofNanos(Math.round(seconds * 1e9)))).isEqualTo(text);
  }
}
