package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.Ending;
import io.rqorchestrator.event.OperatorEvent.RestartDone;
import io.rqorchestrator.event.PoolEvent.Degraded;
import io.rqorchestrator.event.PoolEvent.Recovered;
import io.rqorchestrator.event.WorkerEvent.CrashPardoned;
import io.rqorchestrator.event.WorkerEvent.StartFailed;
import io.rqorchestrator.event.WorkerEvent.WorkerGone;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A crash loop degrades the pool; the daemon goes on, and the pool recovers by itself. */
class SupervisorHealthTest {

  @Test
  void twoCrashesInARowDoNotDegradeThePool() {
    World world = World.of(1, 5).begins();
    crashes(world, 2);
    world.runs(100);

    assertThat(world.events.of(Degraded.class)).isEmpty();
  }

  @Test
  void threeCrashesInARowDegradeThePool() {
    World world = World.of(1, 5).begins();
    crashes(world, 3);

    assertThat(world.events.of(Degraded.class))
        .extracting(Degraded::problem)
        .containsExactly("w3 crashed (exit code 1) after 2.05s");
    assertThat(world.events.of(Recovered.class)).isEmpty();
  }

  /** Between two crashes a worker may get ready. */
  @Test
  void aCrashLoopIsReportedOnce() {
    World world = World.of(1, 5).begins();
    crashes(world, 8);

    assertThat(world.events.of(Degraded.class)).hasSize(1);
    assertThat(world.events.of(Recovered.class)).isEmpty();
  }

  @Test
  void aHealthyMinuteEndsTheDegradedState() {
    World world = World.of(1, 5).begins();
    crashes(world, 4);
    world.runs(8 + 59);
    assertThat(world.events.of(Recovered.class)).isEmpty();

    world.runs(2);
    assertThat(world.events.of(Recovered.class)).hasSize(1);
  }

  /** Reaching the limit of processes is no failure. */
  @Test
  void workersThatAreHeldBackAreReportedOnceAndStartWhenThereIsRoom() {
    World world = World.of(5, 5).begins();
    world.launcher.hasRoomFor(2, "3 of 40 processes are left to user 7");
    world.runs(120);

    assertThat(world.alive()).isEqualTo(2);
    assertThat(world.events.of(Degraded.class))
        .extracting(Degraded::problem)
        .containsExactly("workers are held back: 3 of 40 processes are left to user 7");
    assertThat(world.events.of(StartFailed.class)).isEmpty();
    assertThat(world.events.of(Recovered.class)).isEmpty();

    world.launcher.hasRoomFor(5, "");
    world.runs(6);

    assertThat(world.alive()).isEqualTo(5);
    assertThat(world.worker(5).id()).as("no number is lost").hasToString("w5");
    assertThat(world.events.of(Recovered.class)).hasSize(1);
  }

  /** A successor needs room, so one worker is stopped first, and never more than one at a time. */
  @Test
  void aPoolThatIsHeldBackIsRestartedAllTheSame() {
    World world = World.of(5, 5).begins();
    world.launcher.hasRoomFor(3, "no room");
    world.runs(20);
    assertThat(world.alive()).isEqualTo(3);

    world.asksToRestart();
    for (int i = 0; i < 60; i++) {
      world.runs(1);
      assertThat(world.alive()).isBetween(2, 3);
    }

    assertThat(world.events.of(RestartDone.class)).hasSize(1);
    assertThat(world.launched()).isEqualTo(6);
    assertThat(world.alive()).as("and back to what there is room for").isEqualTo(3);
    assertThat(world.events.of(Degraded.class)).hasSize(1);
  }

  /** Stopping the only worker could leave the pool empty. */
  @Test
  void theOnlyWorkerIsNotRetiredForASuccessorThatMayNotStart() {
    World world = World.of(2, 2).begins();
    world.launcher.hasRoomFor(1, "no room");
    world.runs(20);
    world.asksToRestart();
    world.runs(60);

    assertThat(world.alive()).isEqualTo(1);
    assertThat(world.launched()).isEqualTo(1);
  }

  @Test
  void aProcessThatCannotBeStartedIsSaidToBeTheProblem() {
    World world = World.of(1, 5).begins();
    world.launcher.fails("No such file or directory");
    world.runs(20);

    assertThat(world.events.of(Degraded.class))
        .containsExactly(new Degraded("start failed: No such file or directory"));
  }

  @Test
  void workersThatNeverRegisterAreSaidToBeTheProblem() {
    World world = World.of(1, 5).manners(FakeLauncher.Manners.DEAF).runFor(120);

    assertThat(world.events.of(Degraded.class))
        .containsExactly(
            new Degraded(
                "w3 did not register in time: it is alive, and redis://here has no record of it:"
                    + " it needs longer (--start-timeout), or its settings name another Redis"));
  }

  /** Its record of jobs done comes with the next sample. */
  @Test
  void anEarlyExitIsPardonedOnceItIsSeenToHaveWorked() {
    World world = World.of(1, 5).begins();
    world.rq.enqueue(Duration.ofMillis(100));
    world.runsUntil(0.8);
    world.worker(1).exitsLeavingItsRecord(0);
    world.runsUntil(1.5);

    assertThat(world.events.of(WorkerGone.class).get(0).ending()).isEqualTo(Ending.CRASHED);
    assertThat(world.events.of(CrashPardoned.class)).hasSize(1);
    assertThat(world.alive()).as("replaced without a backoff").isEqualTo(1);
  }

  private static void crashes(World world, int times) {
    for (int crash = 0; crash < times; crash++) {
      while (world.launched() == crash) {
        world.runs(0.05);
      }
      world.runs(2);
      world.worker(crash + 1).exits(1);
      world.runs(0.1);
    }
  }
}
