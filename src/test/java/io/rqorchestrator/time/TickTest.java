package io.rqorchestrator.time;

import static io.rqorchestrator.time.Ticks.at;
import static io.rqorchestrator.time.Ticks.withWallMoved;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TickTest {

  @Test
  void tellsTheTimeBetweenTwoTicks() {
    assertThat(at(5).since(at(3.5))).isEqualTo(Duration.ofMillis(1500));
    assertThat(at(3.5).since(at(5))).isEqualTo(Duration.ofMillis(-1500));
  }

  @Test
  void aStepOfTheWallClockIsNoTime() {
    Tick stepped = withWallMoved(at(5), Duration.ofHours(1));

    assertThat(stepped.since(at(3))).isEqualTo(Duration.ofSeconds(2));
    assertThat(stepped.hasPassed(Duration.ofSeconds(3), at(3))).isFalse();
    assertThat(withWallMoved(at(5), Duration.ofHours(-1)).isBefore(at(5))).isFalse();
  }

  @Test
  void aDurationHasPassedAtItsEnd() {
    Duration second = Duration.ofSeconds(1);

    assertThat(at(1.999999999).hasPassed(second, at(1))).isFalse();
    assertThat(at(2).hasPassed(second, at(1))).isTrue();
    assertThat(at(3).hasPassed(second, at(1))).isTrue();
  }

  @Test
  void addingMovesBothClocks() {
    assertThat(at(3).plus(Duration.ofSeconds(2))).isEqualTo(at(5));
  }

  @Test
  void noTickIsBeforeItself() {
    assertThat(at(1).isBefore(at(2))).isTrue();
    assertThat(at(2).isBefore(at(2))).isFalse();
    assertThat(at(3).isBefore(at(2))).isFalse();
  }

  @Test
  void theMonotonicClockMayWrapAround() {
    Tick last = new Tick(Long.MAX_VALUE, Instant.EPOCH);
    Tick next = last.plus(Duration.ofSeconds(1));

    assertThat(next.nanos()).isNegative();
    assertThat(next.since(last)).isEqualTo(Duration.ofSeconds(1));
    assertThat(last.isBefore(next)).isTrue();
  }

  @Test
  void theSystemsClockGoesForward() {
    TickSource system = new SystemTicks();
    Tick earlier = system.now();
    Tick later = system.now();

    assertThat(later.isBefore(earlier)).isFalse();
    assertThat(later.wall()).isAfter(Instant.parse("2020-01-01T00:00:00Z"));
  }
}
