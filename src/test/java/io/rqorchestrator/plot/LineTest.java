package io.rqorchestrator.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LineTest {

  private static Point point(double x, double value) {
    return new Point(x, value);
  }

  @Test
  void breaksWhereThereIsAGap() {
    Line line = Line.through(List.of(point(0, 1), point(1, 2), point(5, 3), point(6, 4)), 3);
    assertThat(line.stretches())
        .containsExactly(List.of(point(0, 1), point(1, 2)), List.of(point(5, 3), point(6, 4)));
  }

  @Test
  void breaksWhereAValueIsNotKnown() {
    Line line =
        Line.through(
            List.of(point(0, Double.NaN), point(1, 2), point(2, Double.NaN), point(3, 4)), 9);
    assertThat(line.stretches()).containsExactly(List.of(point(1, 2)), List.of(point(3, 4)));
  }

  @Test
  void isEmptyWhereNothingIsKnown() {
    assertThat(Line.through(List.of(point(0, Double.NaN)), 1).stretches()).isEmpty();
    assertThat(Line.through(List.of(), 1).stretches()).isEmpty();
  }

  @Test
  void keepsPeaksAndEndsWhenThinned() {
    AxisScale hundredPixels = AxisScale.of(86_400, 0, 100, 5);
    Random random = new Random(1);
    List<Point> day =
        IntStream.range(0, 86_400)
            .mapToObj(second -> point(second, second == 4321 ? 99 : random.nextInt(10)))
            .toList();
    List<Point> thin = Line.through(day, 3).thinned(hundredPixels).stretches().get(0);
    assertThat(thin).hasSizeLessThanOrEqualTo(400).contains(point(4321, 99));
    assertThat(thin).startsWith(day.get(0)).endsWith(day.get(day.size() - 1));
    assertThat(thin.stream().map(Point::x)).isSorted();
  }

  @Test
  void keepsAllPointsThatHavePixelsOfTheirOwn() {
    List<Point> points = List.of(point(0, 1), point(1, 2), point(2, 1));
    assertThat(Line.through(points, 3).thinned(AxisScale.of(2, 0, 100, 2)).stretches())
        .containsExactly(points);
  }
}
