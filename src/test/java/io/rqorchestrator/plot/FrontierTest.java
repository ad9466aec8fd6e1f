package io.rqorchestrator.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rqorchestrator.plot.Frontier.Choice;
import io.rqorchestrator.plot.Frontier.MarkKind;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FrontierTest {

  private static final String LINE = "#9aa1ab";

  private static Choice choice(double hours, double wait) {
    return new Choice(MarkKind.RULE, "%s h, %s s".formatted(hours, wait), "", hours, wait);
  }

  private static SvgDocument picture(Choice... choices) throws Exception {
    return SvgDocument.parse(new Frontier("waits", List.of(choices)).svg());
  }

  @Test
  void joinsThePoolsThatNoOtherBeats() throws Exception {
    SvgDocument picture = picture(choice(1, 9), choice(2, 4), choice(3, 4), choice(4, 1));
    SvgDocument without = picture(choice(1, 9), choice(2, 4), choice(4, 1));
    assertThat(picture.lines(LINE)).isEqualTo(without.lines(LINE)).hasSize(1);
    assertThat(picture.lines(LINE).get(0)).matches("M[^L]*L[^L]*L[^L]*");
  }

  @Test
  void equalsDoNotBeatEachOther() throws Exception {
    assertThat(picture(choice(1, 9), choice(1, 9)).lines(LINE)).hasSize(1);
  }

  @Test
  void namesEveryPool() {
    String svg =
        new Frontier(
                "waits",
                List.of(
                    new Choice(MarkKind.STATIC, "static 8", "eight", 8, 0),
                    new Choice(MarkKind.TARGET_WAIT, "target wait 1s", "", 2, 0.5)))
            .svg();
    assertThat(svg)
        .contains("<title>static 8</title>", "<title>target wait 1s</title>", ">eight<")
        .contains(">static<", ">target wait<")
        .doesNotContain("rule of utilization");
  }

  @Test
  void drawsAPoolThatCostNothingAndLetsNobodyWait() throws Exception {
    assertThat(picture(choice(0, 0)).texts()).contains("waits");
  }

  @Test
  void wantsAChoice() {
    assertThatThrownBy(() -> new Frontier("", List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
