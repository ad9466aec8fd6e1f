package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.Ending;
import io.rqorchestrator.event.PoolEvent.Degraded;
import io.rqorchestrator.event.WorkerEvent.CrashPardoned;
import io.rqorchestrator.event.WorkerEvent.StartFailed;
import io.rqorchestrator.event.WorkerEvent.WorkerDraining;
import io.rqorchestrator.event.WorkerEvent.WorkerGone;
import io.rqorchestrator.event.WorkerEvent.WorkerStarted;
import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.DrainStep;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.WorkerId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SupervisorRestartTest {

  @Test
  void aCrashIsRefilledAfterTheBackoff() {
    World world = World.of(2, 5).runFor(20);
    world.worker(1).exits(139);
    world.runs(1);
    assertThat(world.alive()).isEqualTo(1);

    world.runs(0.1);
    assertThat(world.alive()).isEqualTo(2);
    assertThat(onlyEnd(world))
        .returns(Ending.CRASHED, WorkerGone::ending)
        .returns("signal 11", WorkerGone::exit)
        .returns(Optional.of(Duration.ofSeconds(1)), WorkerGone::retryIn);
  }

  @Test
  void aCrashedCoreWorkerComesBackAsOne() {
    World world = World.of(2, 5).runFor(20);
    world.worker(1).exits(1);
    world.runs(5);

    assertThat(world.events.of(WorkerStarted.class))
        .extracting(WorkerStarted::role)
        .containsExactly(Role.CORE, Role.CORE, Role.CORE);
    assertThat(world.worker(3).runsScheduler()).isTrue();
  }

  @Test
  void theBackoffDoublesWithEachCrash() {
    World world = World.of(1, 5).begins();
    for (int crash = 0; crash < 9; crash++) {
      crashes(world, 2);
    }

    assertThat(waits(world)).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
  }

  @Test
  void aHealthyMinuteForgetsTheCrashes() {
    World world = World.of(1, 5).begins();
    crashes(world, 2);
    crashes(world, 2);
    crashes(world, 59.9);
    crashes(world, 60.1);
    crashes(world, 2);

    assertThat(waits(world)).containsExactly(1L, 2L, 4L, 1L, 2L);
  }

  @Test
  void aCrashingPoolDoesNotGrow() {
    World world = World.of(2, 5).begins();
    world.jobs(Duration.ofMillis(100), Duration.ofSeconds(1));
    for (int i = 0; i < 40; i++) {
      world.runs(1);
      world.launcher.alive().forEach(worker -> worker.exits(1));
    }

    assertThat(world.launched()).as("two places, seven starts each at most").isLessThan(15);
  }

  @Test
  void anExitOfItsOwnAccordIsRefilledAtOnce() {
    World world = World.of(1, 5).runFor(11);
    world.worker(1).exits(0);
    world.runs(0.1);

    assertThat(world.alive()).isEqualTo(1);
    assertThat(onlyEnd(world))
        .returns(Ending.FINISHED, WorkerGone::ending)
        .returns(Optional.of(Duration.ZERO), WorkerGone::retryIn);
  }

  @Test
  void anEarlyExitAfterAJobIsOneOfItsOwnAccord() {
    World world = World.of(1, 5).begins();
    world.rq.enqueue(Duration.ofSeconds(1));
    world.runs(4);
    world.worker(1).exits(0);
    world.runs(0.1);

    assertThat(onlyEnd(world).ending()).isEqualTo(Ending.FINISHED);
  }

  /** As with {@code --max-idle-time 3}, or at RQ's shutdown command. */
  @Test
  void anEarlyExitOfAGuardedWorkerIsOneOfItsOwnAccordThoughItHadNoJob() {
    World world = World.of(1, 5).runFor(4);
    world.worker(1).exits(0);
    world.runs(0.1);

    assertThat(onlyEnd(world))
        .returns(Ending.FINISHED, WorkerGone::ending)
        .returns(Optional.of(Duration.ZERO), WorkerGone::retryIn);
    assertThat(world.alive()).isEqualTo(1);
  }

  /** The worker host exits 70 on an unhandled exception in RQ's loop; RQ itself would exit 0. */
  @Test
  void exitCode70OfAGuardedWorkerIsACrash() {
    World world = World.of(1, 5).runFor(20);
    world.worker(1).exits(70);
    world.runs(0.1);

    assertThat(onlyEnd(world).ending()).isEqualTo(Ending.CRASHED);
  }

  /** No sample saw it; the record that it wrote shows that it was ready. */
  @Test
  void aGuardedWorkerThatEndsBeforeItIsSeenIsPardoned() {
    World world = World.of(1, 5).runFor(0.4);
    world.worker(1).exitsLeavingItsRecord(0);
    world.runs(2);

    assertThat(world.events.of(CrashPardoned.class)).hasSize(1);
    assertThat(world.launched()).isEqualTo(2);
  }

  @Test
  void guardedWorkersThatAllEndAtOnceMakeNoStormAndNoDegradedPool() {
    World world = World.of(1, 5).begins();
    for (int i = 0; i < 200; i++) {
      world.runs(0.1);
      if (world.now() - world.events.timesOf(WorkerStarted.class).get(world.launched() - 1)
          > 0.55) {
        world.launcher.alive().forEach(worker -> worker.exitsLeavingItsRecord(0));
      }
    }

    assertThat(world.events.of(Degraded.class)).isEmpty();
    assertThat(world.launched()).isBetween(10, 21);
  }

  /** RQ also exits 0 on an unhandled exception in its main loop. */
  @Test
  void anEarlyExitWithoutAJobIsACrashWhereNoHostGuardsTheWorker() {
    World world = World.of(1, 5).manners(FakeLauncher.Manners.UNGUARDED).runFor(4);
    world.worker(1).exits(0);
    world.runs(0.1);

    assertThat(onlyEnd(world).ending()).isEqualTo(Ending.CRASHED);
  }

  @Test
  void aWorkerThatDoesNotRegisterIsKilledAndItsPlaceBacksOff() {
    World world = World.of(1, 5).manners(FakeLauncher.Manners.DEAF).runFor(100);

    assertThat(world.events.of(WorkerDraining.class).get(0))
        .returns(DrainReason.START_TIMEOUT, WorkerDraining::reason)
        .returns(DrainStep.ASKED, WorkerDraining::step);
    assertThat(world.worker(1).wasKilled()).isTrue();
    assertThat(world.events.of(StartFailed.class)).hasSize(3);

    List<Double> starts = world.events.timesOf(WorkerStarted.class);
    assertThat(starts).hasSize(4);
    assertThat(starts.get(1) - starts.get(0)).isBetween(30.9, 31.1);
    assertThat(starts.get(2) - starts.get(1)).isBetween(31.9, 32.1);
    assertThat(starts.get(3) - starts.get(2)).isBetween(33.9, 34.1);
    assertThat(world.events.of(StartFailed.class))
        .extracting(StartFailed::retryIn)
        .startsWith(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));
    assertThat(world.alive()).isEqualTo(3); // two of them are given half a minute and more to go
  }

  /** Its place is vacant, but its process lives; World checks that live stays within max. */
  @Test
  void aWorkerThatSurvivesItsKillKeepsItsRoom() {
    World world = World.of(1, 1).manners(FakeLauncher.Manners.IMMORTAL).runFor(100);

    assertThat(world.worker(1).wasKilled()).isTrue();
    assertThat(world.launched()).isEqualTo(1);
  }

  @Test
  void aProcessThatCannotBeStartedIsTriedAgainAfterTheBackoff() {
    World world = World.of(1, 5).begins();
    world.launcher.fails("fork: Cannot allocate memory");
    world.runs(8);
    assertThat(world.events.of(StartFailed.class))
        .extracting(failed -> failed.retryIn().toSeconds())
        .containsExactly(1L, 2L, 4L, 8L);
    assertThat(world.events.of(StartFailed.class).get(0).problem())
        .isEqualTo("start failed: fork: Cannot allocate memory");

    world.launcher.works();
    world.runs(8);
    assertThat(world.alive()).isEqualTo(1);
  }

  @Test
  void theEndOfAnUnknownWorkerIsIgnored() {
    World world = World.of(1, 5).runFor(2);
    world.mailbox.post(new Message.WorkerExited(new WorkerId(99), 1));
    world.runs(2);

    assertThat(world.events.of(WorkerGone.class)).isEmpty();
    assertThat(world.launched()).isEqualTo(1);
  }

  @Test
  void anUnknownExitCodeIsACrash() {
    World world = World.of(1, 5).runFor(20);
    world.worker(1).exits(-1);
    world.runs(0.1);

    assertThat(onlyEnd(world))
        .returns(Ending.CRASHED, WorkerGone::ending)
        .returns("exit code unknown", WorkerGone::exit);
  }

  /** Waits for the next worker of the only place, and crashes it after some time. */
  private static void crashes(World world, double life) {
    int before = world.launched() - world.alive();
    while (world.launched() == before) {
      world.runs(0.05);
    }
    world.runs(life);
    world.worker(world.launched()).exits(1);
    world.runs(0.1);
  }

  private static WorkerGone onlyEnd(World world) {
    assertThat(world.events.of(WorkerGone.class)).hasSize(1);
    return world.events.of(WorkerGone.class).get(0);
  }

  private static List<Long> waits(World world) {
    return world.events.of(WorkerGone.class).stream()
        .map(gone -> gone.retryIn().orElseThrow().toSeconds())
        .toList();
  }
}
