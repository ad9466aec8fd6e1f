package io.rqorchestrator.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestartBackoffTest {

  private final RestartBackoff unjittered = new RestartBackoff(always(0));

  @ParameterizedTest
  @CsvSource({"1,1", "2,2", "3,4", "4,8", "5,16", "6,32", "7,60", "8,60", "1000000,60"})
  void doublesWithEachFailureUpToAMinute(int failures, int seconds) {
    assertThat(unjittered.after(failures)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void isShortenedByUpToAFifth() {
    RestartBackoff shortest = new RestartBackoff(always(0x1.fffffffffffffp-1));

    assertThat(shortest.after(1)).isEqualTo(Duration.ofMillis(800));
    assertThat(shortest.after(10)).isEqualTo(Duration.ofSeconds(48));
  }

  @Test
  void placesDoNotStartInStep() {
    RestartBackoff backoff = new RestartBackoff(new SplittableRandom(1));

    assertThat(backoff.after(5)).isNotEqualTo(backoff.after(5));
    for (int i = 0; i < 1000; i++) {
      assertThat(backoff.after(5)).isBetween(Duration.ofMillis(12_800), Duration.ofSeconds(16));
    }
  }

  private static RandomGenerator always(double value) {
    return new RandomGenerator() {
      @Override
      public double nextDouble() {
        return value;
      }

      @Override
      public long nextLong() {
        throw new UnsupportedOperationException();
      }
    };
  }
}
