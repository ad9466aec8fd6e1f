package io.rqorchestrator.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rqorchestrator.plot.PoolPicture.Moment;
import io.rqorchestrator.plot.PoolPicture.PlottedStep;
import io.rqorchestrator.plot.PoolPicture.SizeRange;
import io.rqorchestrator.plot.PoolPicture.StepKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

final class PoolPictureTest {

  private static final Optional<SizeRange> TWO_TO_FIVE =
      Optional.of(new SizeRange(2, 5, OptionalDouble.of(0.5)));
  private static final String WORKERS = "#3568ad";
  private static final String LIVE = "#b9cfec";
  private static final String UTILIZATION = "#7459a8";
  private static final String QUEUE = "#b97d16";

  private static Moment moment(double seconds, int workers, double utilization, int queued) {
    return new Moment(seconds, workers, workers, utilization, queued);
  }

  private static String draw(List<Moment> moments, PlottedStep... steps) {
    return new PoolPicture(
            "A pool", TWO_TO_FIVE, moments, List.of(steps), List.of(), Optional.empty())
        .svg();
  }

  private static SvgDocument picture(List<Moment> moments, PlottedStep... steps) throws Exception {
    return SvgDocument.parse(draw(moments, steps));
  }

  /** Where the label of a bound's line is anchored, a few pixels below the line. */
  private static double height(SvgDocument picture, String label) {
    return SvgDocument.number(picture.saying(label).get(0), "y") - 4;
  }

  /** Where a label of the time axis is centred. */
  private static double place(SvgDocument picture, String label) {
    Element element =
        picture.saying(label).stream()
            .filter(text -> text.getAttribute("text-anchor").equals("middle"))
            .findFirst()
            .orElseThrow();
    return SvgDocument.number(element, "x");
  }

  @Test
  void stacksThreePanelsOverOneTimeAxis() throws Exception {
    SvgDocument picture = picture(List.of(moment(0, 2, 0.1, 0), moment(60, 2, 0.2, 3)));
    List<Double> titles = new ArrayList<>();
    for (String title : List.of("A pool", "workers", "utilization", "jobs waiting")) {
      titles.add(SvgDocument.number(picture.saying(title).get(0), "y"));
    }
    assertThat(titles).isSorted();
    assertThat(picture.texts()).contains("10 s", "20 s", "30 s", "40 s", "50 s", "60 s");
    double second = (place(picture, "60 s") - place(picture, "10 s")) / 50;
    assertThat(place(picture, "30 s") - place(picture, "10 s")).isCloseTo(20 * second, within(0.2));
  }

  @Test
  void drawsWorkersAsStepsAtTheHeightOfTheirNumber() throws Exception {
    SvgDocument picture =
        picture(
            List.of(
                moment(0, 2, 0, 0), moment(10, 2, 0, 0), moment(20, 5, 0, 0), moment(30, 5, 0, 0)));
    String two = Svg.number(height(picture, "min 2"));
    String five = Svg.number(height(picture, "max 5"));
    String twenty = Svg.number(place(picture, "20 s"));
    String thirty = Svg.number(place(picture, "30 s"));
    assertThat(picture.lines(WORKERS))
        .contains("M56 " + two + "H" + twenty + "V" + five + "H" + thirty);
  }

  @Test
  void drawsUtilizationAgainstItsTwoThresholds() throws Exception {
    SvgDocument picture =
        picture(List.of(moment(0, 2, 0.25, 0), moment(10, 2, 0.5, 0), moment(20, 2, 1.5, 0)));
    double grow = height(picture, "grow > 0.5");
    double shrink = height(picture, "shrink < 0.25");
    List<Double> heights = new ArrayList<>();
    for (String point : picture.lines(UTILIZATION).get(0).split("L", -1)) {
      heights.add(Double.valueOf(point.substring(point.indexOf(' ') + 1)));
    }
    assertThat(heights.get(0)).isCloseTo(shrink, within(0.1));
    assertThat(heights.get(1)).isCloseTo(grow, within(0.1));
    assertThat(grow - heights.get(2)).isCloseTo(4 * (shrink - grow), within(0.4));
  }

  @Test
  void drawsTheQueueAsSteps() throws Exception {
    SvgDocument picture = picture(List.of(moment(0, 2, 0, 0), moment(10, 2, 0, 8)));
    assertThat(picture.lines(QUEUE))
        .singleElement()
        .asString()
        .matches("M\\S+ \\S+H\\S+V\\S+H\\S+");
  }

  @Test
  void showsLiveWorkersOnlyWhereSomeDrain() throws Exception {
    SvgDocument same = picture(List.of(moment(0, 2, 0, 0), moment(1, 2, 0, 0)));
    assertThat(same.lines(LIVE)).isEmpty();
    assertThat(same.texts()).contains("active").doesNotContain("live, draining ones too");
    SvgDocument draining =
        picture(List.of(moment(0, 3, 0, 0), new Moment(1, 2, 3, 0, 0), moment(2, 2, 0, 0)));
    assertThat(draining.lines(LIVE)).hasSize(1);
    assertThat(draining.texts()).contains("live, draining ones too");
  }

  @Test
  void marksDecisionsWhereTheyWereMadeWithTheirReason() throws Exception {
    String reason = "grow 2 -> 3: utilization 0.83 > 0.50 <&>";
    SvgDocument picture =
        picture(
            List.of(moment(0, 2, 0, 0), moment(20, 3, 0, 0)),
            new PlottedStep(10, StepKind.GROW, reason),
            new PlottedStep(20, StepKind.STOP, "stop: TERM"));
    assertThat(picture.tooltips()).containsExactly(reason, "stop: TERM");
    String mark = ((Element) picture.elements("title").get(0).getParentNode()).getAttribute("d");
    assertThat(mark).startsWith("M" + Svg.number(place(picture, "10 s")) + " ");
    assertThat(picture.texts()).contains("grow", "stop").doesNotContain("shrink");
  }

  @Test
  void leavesALineOutWhereNothingWasMeasured() throws Exception {
    List<Moment> away = new ArrayList<>();
    IntStream.range(0, 10).forEach(second -> away.add(moment(second, 2, 0.5, 1)));
    IntStream.range(60, 70).forEach(second -> away.add(moment(second, 2, 0.5, 1)));
    SvgDocument picture = picture(away);
    assertThat(picture.lines(WORKERS)).hasSize(2);
    assertThat(picture.lines(UTILIZATION)).hasSize(2);
    assertThat(picture.lines(QUEUE)).hasSize(2);
  }

  @Test
  void hasNoUtilizationWhereThereAreNoWorkers() throws Exception {
    SvgDocument picture = picture(List.of(moment(0, 0, 0, 0), moment(1, 2, 0.5, 0)));
    assertThat(picture.lines(UTILIZATION)).hasSize(1);
    assertThat(picture(List.of(moment(0, 0, 0, 0))).lines(UTILIZATION)).isEmpty();
  }

  @Test
  void movesLabelsThatWouldLieOnEachOtherApart() throws Exception {
    PoolPicture same =
        new PoolPicture(
            "",
            Optional.of(new SizeRange(99, 100, OptionalDouble.of(0.02))),
            List.of(moment(0, 99, 0, 0)),
            List.of(),
            List.of(),
            Optional.empty());
    SvgDocument picture = SvgDocument.parse(same.svg());
    assertThat(height(picture, "min 99") - height(picture, "max 100")).isGreaterThanOrEqualTo(13);
    assertThat(height(picture, "shrink < 0.01") - height(picture, "grow > 0.02"))
        .isGreaterThanOrEqualTo(13);
  }

  @Test
  void drawsNoBoundsThatAreNotKnown() throws Exception {
    PoolPicture unknown =
        new PoolPicture(
            "",
            Optional.empty(),
            List.of(moment(0, 3, 0.4, 0)),
            List.of(),
            List.of(),
            Optional.empty());
    assertThat(SvgDocument.parse(unknown.svg()).texts())
        .noneMatch(text -> text.matches("(min|max|grow|shrink) .*"));
  }

  @Test
  void tellsLongTimesInLargerUnits() throws Exception {
    assertThat(picture(List.of(moment(0, 2, 0, 0), moment(299, 2, 0, 0))).texts())
        .contains("50 s", "250 s");
    assertThat(picture(List.of(moment(0, 2, 0, 0), moment(3600, 2, 0, 0))).texts())
        .contains("10 min", "60 min");
    assertThat(picture(List.of(moment(0, 2, 0, 0), moment(86_400, 2, 0, 0))).texts())
        .contains("5 h", "20 h");
    assertThat(picture(List.of(moment(0, 2, 0, 0), moment(864_000, 2, 0, 0))).texts())
        .contains("1 d", "10 d");
  }

  @Test
  void isTheSameForTheSameValuesAndHardlyLargerForADay() {
    List<Moment> day =
        IntStream.range(0, 86_400)
            .mapToObj(s -> moment(s, 2 + s / 60 % 4, s % 97 / 97.0, s % 13))
            .toList();
    assertThat(draw(day)).isEqualTo(draw(day)).hasSizeLessThan(200_000);
  }

  @Test
  void needsAMoment() {
    assertThatThrownBy(() -> draw(List.of())).hasMessageContaining("moments must not be empty");
  }

  @Test
  void drawsTheWaitOfEachJobIfItIsKnown() throws Exception {
    List<PoolPicture.PlottedWait> waits =
        List.of(
            new PoolPicture.PlottedWait(10, 0),
            new PoolPicture.PlottedWait(20, 2),
            new PoolPicture.PlottedWait(90, 1));
    PoolPicture picture =
        new PoolPicture(
            "A pool",
            TWO_TO_FIVE,
            List.of(moment(0, 2, 0.1, 0), moment(60, 2, 0.2, 3)),
            List.of(),
            waits,
            Optional.empty());
    SvgDocument drawn = SvgDocument.parse(picture.svg());
    assertThat(drawn.lines("#a8476f")).singleElement().asString().matches("M[^L]*L[^L]*L[^L]*");
    assertThat(drawn.texts()).contains("wait of each job, s", "90 s");
  }

  @Test
  void showsThePoolAmongOthers() throws Exception {
    Frontier others =
        new Frontier(
            "waits", List.of(new Frontier.Choice(Frontier.MarkKind.STATIC, "static 8", "", 8, 0)));
    List<Moment> moments = List.of(moment(0, 2, 0.1, 0));
    PoolPicture alone =
        new PoolPicture("", TWO_TO_FIVE, moments, List.of(), List.of(), Optional.empty());
    PoolPicture among =
        new PoolPicture("", TWO_TO_FIVE, moments, List.of(), List.of(), Optional.of(others));
    SvgDocument drawn = SvgDocument.parse(among.svg());
    assertThat(drawn.texts()).contains("waits", "worker-hours");
    assertThat(SvgDocument.parse(alone.svg()).texts()).doesNotContain("worker-hours");
  }
}
