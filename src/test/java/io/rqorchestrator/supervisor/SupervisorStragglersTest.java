package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.control.PoolState;
import io.rqorchestrator.event.OperatorEvent.RestartDone;
import io.rqorchestrator.event.OperatorEvent.RestartWaits;
import io.rqorchestrator.scaling.ScalingPolicy;
import io.rqorchestrator.scaling.ScalingRules;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * Workers of earlier releases that still finish jobs of minutes while one deploy follows another.
 */
class SupervisorStragglersTest {

  private static final int MAX = 2;

  private static void deploysOnTopOfLongJobs(World world, int times) {
    for (int i = 0; i < times; i++) {
      world.rq.enqueue(Duration.ofMinutes(10));
      world.rq.enqueue(Duration.ofMinutes(10));
      world.runs(10);
      world.asksToRestart();
      world.runs(20);
    }
  }

  @Test
  void deploysOnTopOfLongJobsLeaveNoMoreThanMaxBesideThePool() {
    World world = World.of(MAX, MAX).mayExceedMax().begins();
    deploysOnTopOfLongJobs(world, 5);

    assertThat(world.alive()).as("max, a successor and two stragglers").isEqualTo(MAX + 1 + MAX);
    assertThat(world.status().size().stragglers()).isEqualTo(MAX);
    assertThat(world.status().size().outdated()).isEqualTo(MAX);
  }

  @Test
  void theReasonWhyARestartWaitsIsReported() {
    World world = World.of(MAX, MAX).mayExceedMax().begins();
    deploysOnTopOfLongJobs(world, 3);

    String why = "2 workers of earlier releases still finish jobs, 2 allowed";
    assertThat(world.events.of(RestartWaits.class)).containsExactly(new RestartWaits(why));
    assertThat(world.status().state()).isEqualTo(PoolState.RESTARTING);
    assertThat(world.status().problem()).contains("restart waits: " + why);
    assertThat(world.status().decision().orElseThrow().text()).contains("restart waits: " + why);
  }

  @Test
  void aRestartThatWaitedGoesOnOnceStragglersAreDone() {
    World world = World.of(MAX, MAX).mayExceedMax().begins();
    deploysOnTopOfLongJobs(world, 5);
    int before = world.events.of(RestartDone.class).size();
    world.runs(2000);

    assertThat(world.events.of(RestartDone.class)).hasSizeGreaterThan(before);
    assertThat(world.status().size().outdated()).isZero();
    assertThat(world.alive()).isEqualTo(MAX);
    assertThat(world.lostJobs()).isZero();
    assertThat(world.status().problem()).isEmpty();
  }

  /** It stops at once; otherwise it would serve the old release until others finish their jobs. */
  @Test
  void anIdleWorkerIsReplacedAllTheSame() {
    World world = World.of(MAX, MAX).mayExceedMax().runFor(5);
    deploysOnTopOfLongJobs(world, 1);
    assertThat(world.status().size().stragglers()).isEqualTo(MAX);
    world.asksToRestart();
    world.runs(30);

    assertThat(world.events.of(RestartDone.class)).hasSize(2);
    assertThat(world.alive()).isEqualTo(MAX + MAX);
  }

  @Test
  void memoryThatIsShortHoldsTheNextReplacementBack() {
    World world =
        World.of(MAX, MAX)
            .policy(
                ScalingPolicy.of(
                    new ScalingRules(
                        0.5, Optional.empty(), 1, OptionalLong.of(450), OptionalLong.empty())))
            .mayExceedMax()
            .begins();
    world.launcher.overhead(10);
    world.launcher.eachTakes(100);
    world.rq.enqueue(Duration.ofSeconds(1));
    world.rq.enqueue(Duration.ofSeconds(1));
    world.runs(20);
    deploysOnTopOfLongJobs(world, 1);

    assertThat(world.alive()).as("one old at its job, one more beside").isEqualTo(4);
    assertThat(world.status().size().stragglers()).isEqualTo(1);
    assertThat(world.status().problem().orElseThrow())
        .startsWith("restart waits: 1 worker of an earlier release still finishes its job, memory");
    world.runs(700);
    assertThat(world.status().size().outdated()).isZero();
  }
}
