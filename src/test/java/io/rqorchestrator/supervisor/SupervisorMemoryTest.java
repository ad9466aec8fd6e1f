package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.PoolEvent.Degraded;
import io.rqorchestrator.event.PoolEvent.Recovered;
import io.rqorchestrator.event.ScalingEvent.Decided;
import io.rqorchestrator.event.ScalingEvent.Measured;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.scaling.ScalingDecision;
import io.rqorchestrator.scaling.ScalingPolicy;
import io.rqorchestrator.scaling.ScalingRules;
import io.rqorchestrator.scaling.TargetWait;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SupervisorMemoryTest {

  private static final long MB = 1L << 20;

  /** The shrink hold is so long that workers are retired for memory only. */
  private static World pool(int min, OptionalLong budget, OptionalLong minFree) {
    TargetWait wait =
        new TargetWait(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofMinutes(1));
    ScalingPolicy policy =
        ScalingPolicy.of(new ScalingRules(0.5, Optional.of(wait), 1000, budget, minFree));
    World world = World.of(min, 10).policy(policy).begins();
    world.launcher.overhead(60 * MB);
    return world;
  }

  private static World budget(int min, long megabytes) {
    return pool(min, OptionalLong.of(megabytes * MB), OptionalLong.empty());
  }

  private static void weigh(World world, long megabytes) {
    world.launcher.all().forEach(worker -> world.launcher.memory(worker, megabytes * MB));
  }

  private static void enqueue(World world, int jobs, Duration length) {
    for (int i = 0; i < jobs; i++) {
      world.rq.enqueue(length);
    }
  }

  @Test
  void beforeAnyWorkerIsWeighedTheyComeOneAtATime() {
    World world = budget(0, 1000);
    world.launcher.eachTakes(200 * MB);
    world.runsUntil(5);
    enqueue(world, 50, Duration.ofSeconds(10));
    world.runs(1.2);
    assertThat(world.launched()).isEqualTo(1);

    world.runs(5);
    assertThat(world.alive()).as("(1000 - 60) / 200").isEqualTo(4);
    assertThat(world.launched()).isEqualTo(4);
  }

  /** Otherwise one heavy job would keep the pool from growing for ever. */
  @Test
  void aHeavyJobIsForgottenInTheEnd() {
    World world = budget(1, 400);
    world.runsUntil(2);
    weigh(world, 300);
    enqueue(world, 1, Duration.ofSeconds(1));
    world.runsUntil(20);
    weigh(world, 50);
    enqueue(world, 50, Duration.ofSeconds(1));
    world.runsUntil(30);
    assertThat(world.alive()).isEqualTo(1);

    world.runsUntil(4000);
    enqueue(world, 50, Duration.ofSeconds(10));
    world.runs(5);
    assertThat(world.alive()).isGreaterThan(4);
  }

  @Test
  void ofTwoPricesTheLowerOneCounts() {
    World world = budget(2, 600);
    world.runsUntil(2);
    world.launcher.memory(world.worker(1), 300 * MB);
    world.launcher.memory(world.worker(2), 50 * MB);
    enqueue(world, 2, Duration.ofSeconds(2));
    world.runsUntil(20);
    enqueue(world, 50, Duration.ofSeconds(10));
    world.runs(3);

    assertThat(world.alive()).as("2 + (600 - 410) / 50").isEqualTo(5);
  }

  @Test
  void atMinZeroTheFirstWorkerStartsAndThePoolIsDegraded() {
    World world = budget(0, 50);
    world.runsUntil(5);
    enqueue(world, 3, Duration.ofSeconds(5));
    world.runs(5);

    assertThat(world.alive()).isEqualTo(1);
    assertThat(world.status().problem().orElseThrow()).contains("memory budget 50 MB is less than");
    world.runs(30);
    List<Measured> samples = world.events.of(Measured.class);
    assertThat(samples.get(samples.size() - 1).queued()).isZero();
  }

  @Test
  void beforeAnyWorkerHasGrownUpAPriorIsThePrice() {
    World world = budget(1, 200);
    world.runsUntil(5);
    enqueue(world, 50, Duration.ofSeconds(10));
    world.runs(3);

    assertThat(world.alive()).as("(200 - 60) / 30").isEqualTo(4);
    assertThat(last(world).reason().code()).isEqualTo(Reason.Code.MEMORY_BUDGET);
  }

  @Test
  void growthIsRefusedWhereTheLearnedPriceDoesNotFit() {
    World world = budget(1, 400);
    world.runsUntil(2);
    weigh(world, 100);
    enqueue(world, 1, Duration.ofMillis(100));
    world.runsUntil(20);
    enqueue(world, 50, Duration.ofSeconds(10));
    world.runs(3);

    assertThat(world.alive()).isEqualTo(3);
    assertThat(last(world).describe())
        .startsWith("hold at 3: wants ")
        .endsWith("memory budget 400 MB leaves room for 0 (pool 360 MB, next worker 100 MB)");
  }

  @Test
  void overBudgetIdleWorkersGoWithoutWaitingForTheHold() {
    World world = budget(1, 400);
    world.runsUntil(2);
    enqueue(world, 8, Duration.ofSeconds(8));
    world.runsUntil(10);
    assertThat(world.alive()).isEqualTo(8);
    weigh(world, 80);
    world.runsUntil(13.5);

    assertThat(world.alive()).as("(400 - 60) / 80").isEqualTo(4);
  }

  @Test
  void aBudgetThatMinWorkersExceedDegradesThePoolAndSaysTheNumbers() {
    World world = budget(3, 250);
    world.runsUntil(2);
    weigh(world, 100);
    enqueue(world, 6, Duration.ofMillis(100));
    world.runsUntil(20);

    assertThat(world.alive()).isEqualTo(3);
    assertThat(world.events.of(Degraded.class))
        .extracting(Degraded::problem)
        .singleElement()
        .asString()
        .endsWith("memory budget 250 MB is less than 3 workers take: 360 MB");
    assertThat(world.status().problem().orElseThrow()).endsWith("take: 360 MB");

    weigh(world, 50);
    world.runs(20);
    assertThat(world.events.of(Recovered.class)).hasSize(1);
  }

  @Test
  void theHostKeepsItsFreeMemory() {
    World world = pool(1, OptionalLong.empty(), OptionalLong.of(1000 * MB));
    world.launcher.available(1100 * MB);
    world.runsUntil(5);
    enqueue(world, 50, Duration.ofSeconds(10));
    world.runs(1.2);

    assertThat(world.alive()).isEqualTo(3);

    world.launcher.available(1010 * MB);
    world.runs(2);
    assertThat(world.alive()).isEqualTo(3);
    assertThat(last(world).reason().code()).isEqualTo(Reason.Code.FREE_MEMORY);
  }

  private static ScalingDecision last(World world) {
    List<Decided> all = world.events.of(Decided.class);
    return all.get(all.size() - 1).decision();
  }
}
