package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.pool.PoolRules;
import io.rqorchestrator.pool.RecycleRules;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SupervisorRulesTest {

  @ParameterizedTest
  @CsvSource({"200,3000", "1000,3000", "1001,3003", "5000,15000"})
  void aSampleIsStaleAfterThreeIntervalsAndThreeSecondsAtLeast(long interval, long stale) {
    Duration period = Duration.ofSeconds(5);
    SupervisorRules rules =
        new SupervisorRules(
            period,
            Duration.ofMillis(interval),
            period,
            false,
            new PoolRules(1, true, period, Optional.empty()),
            RecycleRules.NONE);

    assertThat(rules.staleAfter()).isEqualTo(Duration.ofMillis(stale));
  }
}
