package io.rqorchestrator.supervisor;

import static io.rqorchestrator.rq.RqWorkerDraft.rqWorker;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.Event.Measured;
import io.rqorchestrator.event.Event.Unguarded;
import io.rqorchestrator.event.Event.WorkerReady;
import io.rqorchestrator.rq.Readings;
import io.rqorchestrator.rq.WorkerState;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which record in Redis is whose. */
class SupervisorMatchingTest {

  @Test
  void aWorkerWithANameOfOursIsFoundByIt() {
    World world = World.of(2, 5).begins();
    world.runs(3);

    assertThat(world.rq.askedFor()).containsExactlyInAnyOrder("rq-w1", "rq-w2");
    assertThat(world.events.of(WorkerReady.class)).hasSize(2);
  }

  @Test
  void aWorkerWithANameOfItsOwnIsFoundByItsHostAndProcess() {
    World world = World.of(2, 5).begins();
    world.launcher.manners(FakeLauncher.Manners.PLAIN);
    world.runs(0.3);
    assertThat(world.rq.askedFor()).isEmpty();

    world.runs(3);
    assertThat(world.events.of(WorkerReady.class)).hasSize(2);
    assertThat(world.rq.askedFor()).containsExactlyInAnyOrder("rq-w1", "rq-w2");
  }

  @Test
  void aRecordOfAnotherHostOrAnEarlierLifeIsNotOurs() {
    World world = World.of(1, 5).begins();
    world.launcher.manners(
        new FakeLauncher.Manners(false, false, Optional.empty(), true, false, false));
    Tick now = world.ticks.now();
    world.rq.foreigner(rqWorker("elsewhere").on("there", 1001, now.wall()).read());
    world.rq.foreigner(rqWorker("earlier").on("here", 1001, now.wall().minusSeconds(60)).read());
    world.rq.foreigner(rqWorker("other").on("here", 4711, now.wall()).read());
    world.rq.foreigner(rqWorker("dead").on("here", 1001, now.wall()).dead().read());
    world.rq.foreigner(rqWorker("unknown").read());
    world.runs(10);

    assertThat(world.events.of(WorkerReady.class)).isEmpty();
  }

  @Test
  void workersOfOthersAreNoLoadOfOurs() {
    World world = World.of(1, 5).begins();
    world.rq.foreigner(
        rqWorker("other")
            .state(WorkerState.BUSY)
            .busy(Readings.exact(0, world.ticks.now()))
            .on("here", 4711, world.ticks.now().wall())
            .read());
    world.runs(60);

    List<Measured> measured = world.events.of(Measured.class);
    assertThat(measured.get(measured.size() - 1).load()).isZero();
    assertThat(world.alive()).isEqualTo(1);
  }

  @Test
  void aLongLivedWorkerIsMeasuredFromItsSpawn() {
    World world = World.of(1, 1).begins();
    world.rq.enqueue(Duration.ofSeconds(1000));
    world.runs(31);

    List<Measured> measured = world.events.of(Measured.class);
    assertThat(measured.get(measured.size() - 1).load()).isBetween(0.95, 1.0);
  }

  @Test
  void saysOnceThatTheHostDoesNotKnowThisRq() {
    World world = World.of(3, 5).begins();
    world.launcher.manners(FakeLauncher.Manners.UNGUARDED);
    world.runs(10);

    assertThat(world.events.of(Unguarded.class)).hasSize(1);
  }

  @Test
  void aPlainWorkerIsNotCalledUnguardedAgain() {
    World world = World.of(1, 5).begins();
    world.launcher.manners(FakeLauncher.Manners.PLAIN);
    world.runs(10);

    assertThat(world.events.of(Unguarded.class)).isEmpty();
  }
}
