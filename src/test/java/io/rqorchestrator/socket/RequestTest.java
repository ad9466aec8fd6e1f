package io.rqorchestrator.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rqorchestrator.control.Command;
import io.rqorchestrator.scaling.Aim;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RequestTest {

  static Stream<Request> requests() {
    return Stream.concat(
        Stream.of(
            new Request.Status(), new Request.History(4, 20), new Request.Trend(1234567890123L)),
        Stream.of(
                new Command.Scale(3),
                new Command.ScaleBy(-1),
                new Command.ScaleBy(2),
                new Command.Auto(),
                new Command.Pause(),
                new Command.Resume(),
                new Command.Set(
                    OptionalInt.of(0), OptionalInt.of(9), Optional.of(new Aim.Utilization(0.7))),
                new Command.Set(
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    Optional.of(new Aim.Wait(Duration.ofMillis(1500)))),
                new Command.Set(OptionalInt.empty(), OptionalInt.of(9), Optional.empty()),
                new Command.Restart(),
                new Command.Drain())
            .map(Request.Order::new));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void whatIsWrittenIsRead(Request request) throws Exception {
    assertThat(Request.parse(request.line())).isEqualTo(request);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "null",
      value = {
        "hello | the line must be one JSON object",
        "[] | the line must be one JSON object",
        "3 | the line must be one JSON object",
        "{} | version must be a number",
        "{\"version\":2,\"do\":\"status\"} | version (2) must be 1",
        "{\"version\":\"1\",\"do\":\"status\"} | version must be a number",
        "{\"version\":1} | do must be a text",
        "{\"version\":1,\"do\":[1]} | do must be a text",
        "{\"version\":1,\"do\":\"explode\"} | do (explode) must be status, history",
        "{\"version\":1,\"do\":\"scale\"} | to must be a number",
        "{\"version\":1,\"do\":\"scale\",\"to\":2.5} | to must be an integer",
        "{\"version\":1,\"do\":\"scale\",\"to\":NaN} | to must be",
        "{\"version\":1,\"do\":\"scale\",\"to\":1e300} | to must be an integer",
        "{\"version\":1,\"do\":\"scale\",\"to\":99999999} | to must be a small integer",
        "{\"version\":1,\"do\":\"set\"} | set must have min_workers, max_workers, utilization",
        "{\"version\":1,\"do\":\"set\",\"target_wait\":1,\"utilization_threshold\":0.5} | not both",
        "{\"version\":1,\"do\":\"set\",\"target_wait\":1e300} | target_wait must be a number of sec",
        "{\"version\":1,\"do\":\"set\",\"min_workers\":\"x\"} | min_workers must be a number",
        "{\"version\":1,\"do\":\"history\",\"after\":null} | after must be a number",
      })
  void whatMakesNoSenseIsAnsweredWithTheRule(String line, String message) {
    assertThatThrownBy(() -> Request.parse(line))
        .isInstanceOf(Request.MalformedException.class)
        .hasMessageContaining(message);
  }

  @Test
  void nestedWithoutEndIsMalformed() {
    assertThatThrownBy(() -> Request.parse("[".repeat(16_000)))
        .isInstanceOf(Request.MalformedException.class);
  }

  @Test
  void noLineBringsAnythingButARequestOrARefusal() {
    Random random = new Random(11);
    String valid = new Request.Order(new Command.Scale(3)).line();
    for (int i = 0; i < 20_000; i++) {
      StringBuilder line = new StringBuilder(valid);
      for (int j = 0; j <= random.nextInt(4); j++) {
        line.setCharAt(random.nextInt(line.length()), (char) (32 + random.nextInt(96)));
      }
      try {
        assertThat(Request.parse(line.toString())).isNotNull();
      } catch (Request.MalformedException e) {
        assertThat(e).hasMessageContaining("must");
      }
    }
  }
}
