package io.rqorchestrator.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextsTest {

  private static final Style PLAIN = new Style(80, false, true);
  private static final OptionalDouble HALF = OptionalDouble.of(0.5);

  @Test
  void longTextsAreBrokenAtBlanks() {
    assertThat(Texts.wrapped("one two three", 8)).isEqualTo(List.of("one two", "three"));
    assertThat(Texts.wrapped("abcdefghij", 4)).isEqualTo(List.of("abcd", "efgh", "ij"));
    assertThat(Texts.wrapped("", 4)).isEqualTo(List.of(""));
  }

  @Test
  void whatIsCutSaysSo() {
    assertThat(Texts.left("abcdef", 4, PLAIN)).isEqualTo("abc…");
    assertThat(Texts.right("ab", 4, PLAIN)).isEqualTo("  ab");
  }

  @ParameterizedTest
  @CsvSource({
    "site1.example.com::4b6e-17, 27, site1.example.com::4b6e-17",
    "site1.example.com::4b6e-17, 26, site1.example.com::4b6e-17",
    "site1.example.com::4b6e-17, 25, site1.exampl…com::4b6e-17",
    "site1.example.com::4b6e-17, 10, site…6e-17",
    "abcdef, 3, a…f",
    "abcdef, 2, a…",
    "abcdef, 0, ''",
  })
  void aNameIsCutInItsMiddle(String name, int width, String text) {
    assertThat(Texts.middle(name, width, PLAIN)).isEqualTo(text);
  }

  @Test
  void aNameIsNotCutWithinACharacter() {
    String cars = "\ud83d\ude97".repeat(10);
    for (int width = 5; width < 20; width++) {
      assertThat(Texts.middle(cars, width, PLAIN).codePoints())
          .hasSizeLessThanOrEqualTo(width)
          .containsOnly(0x1f697, (int) '…');
    }
  }

  @Test
  void theBarMarksItsThresholds() {
    assertThat(Bar.of(0.5, OptionalDouble.empty(), 8, PLAIN)).isEqualTo("━━━━····");
    assertThat(Bar.of(0, HALF, 8, PLAIN)).isEqualTo("··┃·┃···");
    assertThat(Bar.of(0.5, HALF, 8, PLAIN)).isEqualTo("━━╂━┃···");
    assertThat(Bar.of(7, HALF, 8, PLAIN)).isEqualTo("━━╂━╂━━━");
    assertThat(Bar.of(0.25, HALF, 8, new Style(80, false, false))).isEqualTo("##|.|...");
  }

  @Test
  void theSparklineLosesNoPeak() {
    assertThat(Sparkline.of(List.of(0.0, 1.0, 8.0), 5, PLAIN)).isEqualTo("  ·▁█");
    assertThat(Sparkline.of(List.of(0.0, 8.0, 0.0, 0.0), 2, PLAIN)).isEqualTo("█·");
    assertThat(Sparkline.of(List.of(0.0, 0.0), 2, PLAIN)).isEqualTo("··");
    assertThat(Sparkline.of(List.of(), 3, PLAIN)).isEqualTo("   ");
  }
}
