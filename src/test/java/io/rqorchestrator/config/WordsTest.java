package io.rqorchestrator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class WordsTest {

  @Test
  void splitsAsAShellWould() {
    assertThat(Words.split("manage.py  rqworker 'two words' \"a 'b\" c\\ d ''"))
        .containsExactly("manage.py", "rqworker", "two words", "a 'b", "c d", "");
    assertThat(Words.split("  ")).isEmpty();
  }

  @Test
  void refusesAnOpenQuote() {
    assertThatThrownBy(() -> Words.split("a 'b")).hasMessageContaining("open quote '");
  }
}
