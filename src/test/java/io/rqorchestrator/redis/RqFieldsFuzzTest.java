package io.rqorchestrator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stands in a field, it is a value within bounds, or it is missing, or it is counted. */
class RqFieldsFuzzTest {

  private static final int VALUES = 20_000;

  @RepeatedTest(5)
  void everyValueIsReadOrCounted(RepetitionInfo repetition) {
    Garbage garbage = new Garbage(repetition.getCurrentRepetition());
    for (int i = 0; i < VALUES; i++) {
      String value = garbage.text();
      RqFields fields = new RqFields();
      OptionalLong count = fields.count(value);
      assertThat(count.orElse(0)).as(value).isNotNegative();
      assertReadOrCounted(value, count.isPresent(), fields);

      fields = new RqFields();
      OptionalDouble seconds = fields.seconds(value);
      assertThat(Math.abs(seconds.orElse(0))).as(value).isLessThanOrEqualTo(1e10);
      assertReadOrCounted(value, seconds.isPresent(), fields);

      fields = new RqFields();
      assertReadOrCounted(value, fields.epoch(value).isPresent(), fields);

      fields = new RqFields();
      assertReadOrCounted(value, fields.time(value).isPresent(), fields);
    }
  }

  private static void assertReadOrCounted(String value, boolean isRead, RqFields fields) {
    boolean isCounted = !isRead && !value.isEmpty();
    assertThat(fields.unreadable()).as(value).isEqualTo(isCounted ? 1 : 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "1e400", "-1e400", "1e11", "none", " ", "1,5", "\0"})
  void whatIsNoNumberOfSecondsIsCounted(String value) {
    RqFields fields = new RqFields();
    assertThat(fields.seconds(value)).isEmpty();
    assertThat(fields.epoch(value)).isEmpty();
    assertThat(fields.unreadable()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-13-31T12:00:00Z",
        "2026-02-30T12:00:00Z",
        "+999999999-12-31T23:59:59Z",
        "-999999999-01-01T00:00:00Z",
        "yesterday",
        "Z"
      })
  void whatIsNoTimeIsCounted(String value) {
    RqFields fields = new RqFields();
    assertThat(fields.time(value)).isEmpty();
    assertThat(fields.unreadable()).isOne();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "3.5", "9223372036854775808", "1e3", "x"})
  void whatIsNoCountIsCounted(String value) {
    RqFields fields = new RqFields();
    assertThat(fields.count(value)).isEmpty();
    assertThat(fields.unreadable()).isOne();
  }

  @ParameterizedTest
  @ValueSource(strings = "")
  void missingIsNotUnreadable(String empty) {
    RqFields fields = new RqFields();
    for (String value : new String[] {null, empty}) {
      assertThat(RqFields.text(value)).isEqualTo(Optional.empty());
      assertThat(fields.count(value)).isEmpty();
      assertThat(fields.seconds(value)).isEmpty();
      assertThat(fields.epoch(value)).isEmpty();
      assertThat(fields.time(value)).isEmpty();
    }
    assertThat(fields.unreadable()).isZero();
  }
}
