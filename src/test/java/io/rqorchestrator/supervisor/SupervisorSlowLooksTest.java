package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.OrphanEvent.OrphanFound;
import io.rqorchestrator.event.WorkerEvent.WorkerAdopted;
import io.rqorchestrator.pool.Orphan;
import io.rqorchestrator.pool.Role;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A look at the host's processes takes two seconds, and shows what was there when it began. */
class SupervisorSlowLooksTest {

  private static World world() {
    World world = World.of(2, 5).begins();
    world.launcher.looksTake(Duration.ofSeconds(2));
    return world;
  }

  @Test
  void nothingIsStartedBeforeItIsKnownWhatAnEarlierDaemonHasLeft() {
    World world = world();
    world.launcher.survivor(1, Role.CORE, true);
    world.launcher.survivor(2, Role.CORE, true);
    world.runs(1.5);
    assertThat(world.launched()).isZero();
    assertThat(world.events.of(WorkerAdopted.class)).isEmpty();

    world.runs(5);
    assertThat(world.events.of(WorkerAdopted.class)).hasSize(2);
    assertThat(world.launched()).isZero();
  }

  @Test
  void aDaemonThatIsAskedToEndMeanwhileEnds() {
    World world = world();
    world.runs(1);
    world.asksToStop();
    assertThat(world.runs(10)).isTrue();
    assertThat(world.launched()).isZero();
  }

  /** A look that began before a worker ended cannot show its orphans. */
  @Test
  void whatIsLeftDuringALookIsFoundByTheNext() {
    World world = world();
    world.runs(20);
    world.worker(1).exits(137);
    world.runs(1);
    Orphan scheduler = world.launcher.leavesScheduler(5000);
    world.worker(2).exits(137);
    world.runs(1.5);
    assertThat(world.events.of(OrphanFound.class)).isEmpty();

    world.runs(2);
    assertThat(world.launcher.ended()).contains(scheduler);
  }

  @Test
  void aStopWaitsForTheLookAtWhatTheLastWorkerHasLeft() {
    World world = world();
    world.runs(20);
    Orphan scheduler = world.launcher.leavesScheduler(5000);
    world.asksToStop();
    assertThat(world.runs(2)).isFalse();
    assertThat(world.alive()).isZero();
    assertThat(world.runs(10)).isTrue();
    assertThat(world.launcher.ended()).contains(scheduler);
  }

  /** RQ is about to run its job again, so the kill does not wait for a look. */
  @Test
  void aHorseIsKilledInTimeAlsoWhileALookTakesLong() {
    World world = world();
    world.runs(20);
    Orphan horse = world.launcher.leavesHorse(5000);
    world.worker(1).exits(137);
    world.runs(10);
    world.launcher.looksTake(Duration.ofMinutes(10));
    world.runs(50);

    assertThat(world.launcher.ended()).contains(horse);
  }

  @Test
  void memoryIsKnownOnceItIsWeighed() {
    World world = world();
    world.launcher.overhead(40);
    world.launcher.eachTakes(10);
    world.runs(4);
    assertThat(world.status().memory()).isEmpty();

    world.runs(20);
    assertThat(world.status().memory()).hasValue(20);
  }
}
