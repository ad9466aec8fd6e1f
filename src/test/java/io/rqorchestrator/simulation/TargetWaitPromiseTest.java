package io.rqorchestrator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.scaling.ScalingPolicy;
import io.rqorchestrator.scaling.ScalingRules;
import io.rqorchestrator.scaling.TargetWait;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code --target-wait 1s} is for, against the rule at its default, on the same jobs. */
final class TargetWaitPromiseTest {

  private static final int MAX = 8;

  private static Outcome simulated(ScalingPolicy policy, String workload) {
    return Simulation.run(Pools.pool(1, MAX, policy), List.of(GeneratedWorkload.of(workload, 1)));
  }

  private static Outcome rule(String workload) {
    return simulated(ScalingPolicy.utilization(0.5), workload);
  }

  private static Outcome target(String workload) {
    TargetWait wait =
        new TargetWait(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofMinutes(1));
    return simulated(ScalingPolicy.of(ScalingRules.targetWait(wait)), workload);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "poisson:rate=2,mean=1s,for=1h",
        "long-jobs:rate=3,mean=0.2s,long=20s,share=0.02,for=1h",
        "flash:rate=1,peak=8,every=2m,lasting=30s,mean=0.5s,for=1h"
      })
  void keepsTheTargetForFewerWorkersThanTheRule(String workload) {
    Outcome rule = rule(workload);
    Outcome target = target(workload);
    assertThat(target.waits().p95()).isLessThan(1);
    assertThat(target.waits().mean()).isLessThan(rule.waits().mean() + 0.05);
    assertThat(target.workerSeconds()).isLessThan(0.95 * rule.workerSeconds());
    assertThat(target.workerSeconds()).isLessThan(0.6 * MAX * target.length().toSeconds());
  }

  /** Rounded twice, the backlog started and stopped a worker every eleven seconds. */
  @Test
  void regularBurstsOfShortJobsDoNotKeepWorkersComingAndGoing() {
    for (int size = 1; size <= 6; size++) {
      for (double every : new double[] {0.7, 1.1, 1.7, 2.3, 3.1}) {
        for (double each : new double[] {0.1, 0.2, 0.4, 0.7}) {
          String workload =
              "bursts:size=%d,every=%ss,each=%ss,for=10m".formatted(size, every, each);
          Outcome outcome = target(workload);
          assertThat(outcome.starts()).as(workload).isLessThan(25);
          assertThat(outcome.waits().p95()).as(workload).isLessThanOrEqualTo(1);
        }
      }
    }
  }

  /** Nothing begins forty jobs of half a second at once, but it comes as near as max lets it. */
  @Test
  void aBurstWaitsAThirdAsLongAtHalfAsMuchAgain() {
    String workload = "bursts:size=40,every=1m,each=0.5s,for=1h";
    Outcome rule = rule(workload);
    Outcome target = target(workload);
    assertThat(target.waits().mean()).isLessThan(rule.waits().mean() / 3);
    assertThat(target.workerSeconds()).isLessThan(1.52 * rule.workerSeconds());
    assertThat(target.workerSeconds()).isLessThan(0.6 * MAX * target.length().toSeconds());
  }
}
