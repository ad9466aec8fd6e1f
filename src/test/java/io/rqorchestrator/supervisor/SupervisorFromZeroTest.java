package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.WorkerEvent.WorkerDraining;
import io.rqorchestrator.event.WorkerEvent.WorkerStarted;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@code --min-workers=0} (ruling 12). */
class SupervisorFromZeroTest {

  @Test
  void nothingRunsWhileThereIsNothingToDo() {
    World world = World.of(0, 5).runFor(300);

    assertThat(world.launched()).isZero();
    assertThat(world.events.lines()).as("one hold").hasSize(1);
  }

  @Test
  void aWaitingJobStartsOneAtTheNextSample() {
    World world = World.of(0, 5).runFor(100);
    world.rq.enqueue(Duration.ofSeconds(2));
    world.runs(1.1);

    assertThat(world.launched()).isEqualTo(1);
    assertThat(world.worker(1).runsScheduler()).isTrue();
  }

  @Test
  void aScheduledJobThatIsDueStartsOneAtTheNextSample() {
    World world = World.of(0, 5).runFor(100);
    world.rq.due(1);
    world.runs(1.1);

    assertThat(world.launched()).isEqualTo(1);
  }

  @Test
  void nothingStartsForWhatIsDueIfNoWorkerWouldRunAScheduler() {
    World world = World.of(0, 5).withoutScheduler().begins();
    world.rq.due(1);
    world.runs(100);

    assertThat(world.launched()).isZero();
  }

  @Test
  void theLastWorkerGoesAfterAWholeQuietWindow() {
    World world = World.of(0, 5).runFor(100);
    world.rq.enqueue(Duration.ofSeconds(2));
    world.runs(10);
    assertThat(world.worker(1).isBusy()).isFalse();
    double end = world.events.timesOf(WorkerStarted.class).get(0) + 0.5 + 2;
    world.runs(100);

    assertThat(world.alive()).isZero();
    assertThat(world.events.timesOf(WorkerDraining.class)).hasSize(1);
    assertThat(world.events.timesOf(WorkerDraining.class).get(0) - end).isBetween(29.9, 37.0);
    assertThat(world.launched()).isEqualTo(1);
  }

  @Test
  void jobsWithinTheWindowKeepTheLastWorker() {
    World world = World.of(0, 5).begins();
    world.jobs(Duration.ofSeconds(25), Duration.ofMillis(100));
    world.runs(600);

    assertThat(world.launched()).isEqualTo(1);
    assertThat(world.alive()).isEqualTo(1);
  }

  /** Somebody else's worker took it. The next job would start a worker again: 0 <-> 1. */
  @Test
  void theLastWorkerStaysForAWindowThoughItGotNoJob() {
    World world = World.of(0, 5).begins();
    world.rq.enqueue(Duration.ofSeconds(2));
    world.runs(100);
    assertThat(world.alive()).isZero();

    world.rq.enqueue(Duration.ofSeconds(2));
    while (world.launched() == 1) {
      world.runs(0.05);
      assertThat(world.now()).isLessThan(102);
    }
    world.rq.emptyTheQueue();
    world.runs(29);
    assertThat(world.alive()).isEqualTo(1);

    world.runs(8);
    assertThat(world.alive()).isZero();
  }

  /** A scheduler that died leaves its lock for a minute: until then due jobs are not moved. */
  @Test
  void theLastWorkerStaysWhileAScheduledJobIsDue() {
    World world = World.of(0, 5).runFor(100);
    world.rq.due(1);
    world.runs(90);
    assertThat(world.alive()).isEqualTo(1);
    assertThat(world.launched()).isEqualTo(1);

    world.rq.due(0);
    world.runs(60);
    assertThat(world.alive()).isZero();
  }

  @Test
  void growsFromZeroUnderLoadAndGoesBack() {
    World world = World.of(0, 4).runFor(50);
    world.jobs(Duration.ofMillis(500), Duration.ofMillis(600));
    world.runs(100);
    assertThat(world.alive()).isEqualTo(3);

    world.noMoreJobs();
    world.runs(120);
    assertThat(world.alive()).isZero();
    assertThat(world.lostJobs()).isZero();
  }

  @Test
  void aJobThatComesWhileTheLastWorkerGoesStartsAnother() {
    World world = World.of(0, 4).begins();
    world.rq.enqueue(Duration.ofSeconds(1));
    while (world.events.of(WorkerDraining.class).isEmpty()) {
      world.runs(0.05);
      assertThat(world.now()).isLessThan(100);
    }
    world.rq.enqueue(Duration.ofSeconds(1));
    world.runs(1.2);

    assertThat(world.launched()).isEqualTo(2);
  }
}
