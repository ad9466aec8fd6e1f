package io.rqorchestrator.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SvgTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "</text><script>alert(1)</script>",
        "\" onload=\"alert(1)",
        "a & b &amp; <![CDATA[ ]]> <!-- -->",
        "100 % of %s and %n",
        "queue \uD83D\uDE80 \u65E5\u672C",
      })
  void keepsHostileTextAsText(String hostile) throws Exception {
    Svg svg = new Svg(10, 10, hostile);
    svg.text(1, 2, "fill=\"red\"", hostile);
    svg.mark("M0 0", "fill=\"red\"", hostile);
    SvgDocument document = SvgDocument.parse(svg.close());
    assertThat(document.texts()).containsExactly(hostile);
    assertThat(document.tooltips()).containsExactly(hostile);
    assertThat(document.elements("svg").get(0).getAttribute("aria-label")).isEqualTo(hostile);
    assertThat(document.elements("*")).hasSize(5); // svg, rect, text, path, title
  }

  @Test
  void replacesWhatXmlDoesNotAllow() throws Exception {
    Svg svg = new Svg(10, 10, "");
    svg.text(1, 2, "", "a\u0000b\u001B[31m\nc\uD800d\uFFFEe\uFFFFf");
    assertThat(SvgDocument.parse(svg.close()).texts())
        .containsExactly("a b [31m c\uFFFDd\uFFFDe\uFFFDf");
  }

  @Test
  void writesNumbersInOneWayWhateverTheLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertThat(Svg.number(1234.56)).isEqualTo("1234.6");
      assertThat(Svg.number(7)).isEqualTo("7");
      assertThat(Svg.number(-0.04)).isEqualTo("0");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void standsOnAWhiteGroundOfItsOwn() throws Exception {
    SvgDocument document = SvgDocument.parse(new Svg(900, 600, "a pool").close());
    assertThat(document.elements("rect"))
        .singleElement()
        .satisfies(
            ground -> {
              assertThat(ground.getAttribute("fill")).isEqualTo("#ffffff");
              assertThat(ground.getAttribute("width")).isEqualTo("100%");
            });
    assertThat(document.elements("svg").get(0).getAttribute("viewBox")).isEqualTo("0 0 900 600");
  }
}
