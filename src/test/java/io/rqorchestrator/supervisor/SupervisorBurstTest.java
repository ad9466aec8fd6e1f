package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.OperatorEvent.StopRequested;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SupervisorBurstTest {

  @Test
  void endsWhenTheQueuesAreEmptyAndTheJobsDone() {
    World world = World.of(1, 3).burst().begins();
    for (int i = 0; i < 10; i++) {
      world.rq.enqueue(Duration.ofSeconds(3));
    }

    assertThat(world.runs(10)).isFalse();
    assertThat(world.runs(60)).isTrue();
    assertThat(world.lostJobs()).isZero();
    assertThat(world.now()).isLessThan(40);
    assertThat(world.events.of(StopRequested.class))
        .extracting(StopRequested::by)
        .containsExactly("burst: the queues are empty");
  }

  @Test
  void withoutAJobItEndsOnceItsWorkersWereThere() {
    World world = World.of(2, 3).burst().begins();

    assertThat(world.runs(10)).isTrue();
    assertThat(world.launched()).isEqualTo(2);
  }

  @Test
  void withoutAJobAndAWorkerItEndsAtOnce() {
    World world = World.of(0, 3).burst().begins();

    assertThat(world.runs(2)).isTrue();
    assertThat(world.launched()).isZero();
  }

  @Test
  void waitsForScheduledJobsThatAreDue() {
    World world = World.of(1, 3).burst().begins();
    world.rq.due(1);
    assertThat(world.runs(60)).isFalse();

    world.rq.due(0);
    assertThat(world.runs(10)).isTrue();
  }

  @Test
  void doesNotWaitForWhatIsDueIfNoWorkerRunsAScheduler() {
    World world = World.of(1, 3).withoutScheduler().burst().begins();
    world.rq.due(1);

    assertThat(world.runs(10)).isTrue();
  }

  @Test
  void waitsForAWorkerThatIsStartedAgain() {
    World world = World.of(1, 1).burst().begins();
    world.rq.enqueue(Duration.ofSeconds(10));
    world.runs(5);
    world.worker(1).exits(1);
    world.runs(0.9);
    world.rq.enqueue(Duration.ofSeconds(2));

    assertThat(world.runs(20)).isTrue();
    assertThat(world.launched()).isEqualTo(2);
  }

  @Test
  void doesNotWaitForWorkersThatFailAgainAndAgain() {
    World world = World.of(1, 1).burst().begins();
    world.launcher.fails("no such file");
    world.rq.enqueue(Duration.ofSeconds(1));
    assertThat(world.runs(60)).as("while a job waits").isFalse();

    world.rq.emptyTheQueue();
    assertThat(world.runs(10)).isTrue();
  }

  /** The first stop that a user requests never kills a job. */
  @Test
  void aStopWhileABurstEndsIsNoColdStop() {
    World world = World.of(1, 3).burst().manners(FakeLauncher.Manners.STUBBORN).begins();
    while (world.events.of(StopRequested.class).isEmpty()) {
      world.runs(0.05);
      assertThat(world.now()).isLessThan(20);
    }
    world.runs(3);
    world.asksToStop();
    world.runs(10);
    assertThat(world.worker(1).signals()).isEqualTo(1);

    world.asksToStop();
    world.runs(2);
    assertThat(world.worker(1).signals()).isEqualTo(2);
  }
}
