package io.rqorchestrator.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PoolRulesTest {

  @Test
  void coreWorkersRunTheScheduler() {
    assertThat(rules(2, true).runsScheduler(Role.CORE)).isTrue();
    assertThat(rules(2, true).runsScheduler(Role.ELASTIC)).isFalse();
  }

  @Test
  void inAPoolWithoutACoreEveryWorkerRunsTheScheduler() {
    assertThat(rules(0, true).runsScheduler(Role.ELASTIC)).isTrue();
  }

  @Test
  void nobodyRunsASchedulerThatIsNotWanted() {
    assertThat(rules(2, false).runsScheduler(Role.CORE)).isFalse();
    assertThat(rules(0, false).runsScheduler(Role.ELASTIC)).isFalse();
  }

  /** It may go on with a scheduler that the pool no longer needs of it. */
  @Test
  void anElasticWorkerMayRunTheSchedulerAndNeedNot() {
    assertThat(rules(2, true).schedulerOf(Role.CORE)).contains(true);
    assertThat(rules(2, true).schedulerOf(Role.ELASTIC)).isEmpty();
    assertThat(rules(0, true).schedulerOf(Role.ELASTIC)).contains(true);
    assertThat(rules(2, false).schedulerOf(Role.ELASTIC)).contains(false);
  }

  private static PoolRules rules(int min, boolean scheduler) {
    return new PoolRules(min, 5, 1, scheduler, Duration.ofSeconds(30), Optional.empty());
  }
}
