package io.rqorchestrator.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PoolRulesTest {

  @Test
  void coreWorkersRunTheScheduler() {
    assertThat(rules(true).runsScheduler(Role.CORE, 2)).isTrue();
    assertThat(rules(true).runsScheduler(Role.ELASTIC, 2)).isFalse();
  }

  @Test
  void inAPoolWithoutACoreEveryWorkerRunsTheScheduler() {
    assertThat(rules(true).runsScheduler(Role.ELASTIC, 0)).isTrue();
  }

  @Test
  void nobodyRunsASchedulerThatIsNotWanted() {
    assertThat(rules(false).runsScheduler(Role.CORE, 2)).isFalse();
    assertThat(rules(false).runsScheduler(Role.ELASTIC, 0)).isFalse();
  }

  /** It may go on with a scheduler that the pool no longer needs of it. */
  @Test
  void anElasticWorkerMayRunTheSchedulerAndNeedNot() {
    assertThat(rules(true).schedulerOf(Role.CORE, 2)).contains(true);
    assertThat(rules(true).schedulerOf(Role.ELASTIC, 2)).isEmpty();
    assertThat(rules(true).schedulerOf(Role.ELASTIC, 0)).contains(true);
    assertThat(rules(false).schedulerOf(Role.ELASTIC, 2)).contains(false);
  }

  private static PoolRules rules(boolean scheduler) {
    return new PoolRules(1, scheduler, Duration.ofSeconds(30), Optional.empty());
  }
}
