package io.rqorchestrator.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountTextTest {

  @Test
  void onlyOneIsSingular() {
    assertThat(CountText.workers(0)).isEqualTo("0 workers");
    assertThat(CountText.workers(1)).isEqualTo("1 worker");
    assertThat(CountText.workers(2)).isEqualTo("2 workers");
  }
}
