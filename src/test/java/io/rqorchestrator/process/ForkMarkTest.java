package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.pool.Orphan.Kind;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForkMarkTest {

  private static Optional<Kind> kindOf(String text, long pid) {
    return ForkMark.parse(text).flatMap(mark -> mark.kindOf(pid));
  }

  @Test
  void whoseOwnPidStandsThereIsWhatTheTextSays() {
    assertThat(kindOf("horse 12 7      ", 12)).contains(Kind.HORSE);
    assertThat(kindOf("scheduler 12 7", 12)).contains(Kind.SCHEDULER);
    assertThat(ForkMark.parse("horse 12 7").map(ForkMark::worker)).contains(7L);
  }

  @Test
  void whatAJobHasForkedIsNeither() {
    assertThat(kindOf("horse 12 7", 13)).isEmpty();
    assertThat(kindOf("worker 7 7", 13)).as("in a worker without horses").isEmpty();
    assertThat(kindOf("worker 7 7", 7)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "horse", "horse 12", "horse x 7", "pony 12 7", "horse 1 2 3"})
  void whatMakesNoSenseIsNoMark(String text) {
    assertThat(ForkMark.parse(text)).isEmpty();
  }

  @Test
  void theLongestMarkFitsIntoItsRoom() {
    assertThat("scheduler %1$d %1$d".formatted(1L << 22)).hasSizeLessThan(ForkMark.ROOM.length());
  }
}
