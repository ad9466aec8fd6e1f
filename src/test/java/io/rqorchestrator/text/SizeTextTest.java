package io.rqorchestrator.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SizeTextTest {

  @Test
  void sizesAreMegabytesAndGigabytes() {
    assertThat(SizeText.of(0)).isEqualTo("0 MB");
    assertThat(SizeText.of(41L << 20)).isEqualTo("41 MB");
    assertThat(SizeText.of(9999L << 20)).isEqualTo("9999 MB");
    assertThat(SizeText.of(10000L << 20)).isEqualTo("9.8 GB");
    assertThat(SizeText.of(12L << 30)).isEqualTo("12.0 GB");
  }

  @Test
  void aSettingReadsAsAnOptionTakesIt() {
    assertThat(SizeText.setting(300L << 20)).isEqualTo("300MB");
  }
}
