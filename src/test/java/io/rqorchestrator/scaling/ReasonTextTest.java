package io.rqorchestrator.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReasonTextTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0.00",
    "0.004, 0.00",
    "0.05, 0.05",
    "0.999, 1.00",
    "1.5, 1.50",
    "1234.56, 1234.56"
  })
  void twoDecimals(double value, String text) {
    assertThat(ReasonText.two(value)).isEqualTo(text);
  }
}
