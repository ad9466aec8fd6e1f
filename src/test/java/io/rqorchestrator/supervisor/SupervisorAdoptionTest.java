package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.DaemonEvent.TickFailed;
import io.rqorchestrator.event.OperatorEvent.RestartDone;
import io.rqorchestrator.event.OperatorEvent.RestartRequested;
import io.rqorchestrator.event.ScalingEvent.Measured;
import io.rqorchestrator.event.WorkerEvent.WorkerAdopted;
import io.rqorchestrator.event.WorkerEvent.WorkerOutdated;
import io.rqorchestrator.event.WorkerEvent.WorkerReady;
import io.rqorchestrator.event.WorkerEvent.WorkerStarted;
import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.Role;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Workers outlive a dead daemon; the next one takes them over, and the pool is never doubled. */
class SupervisorAdoptionTest {

  @Test
  void takesOverWhatAnEarlierDaemonLeft() {
    World world = World.of(2, 5).begins();
    world.launcher.survivor(71, Role.CORE, true);
    world.launcher.survivor(72, Role.CORE, true);
    world.runs(60);

    assertThat(world.launched()).isZero();
    assertThat(world.alive()).isEqualTo(2);
    assertThat(world.events.of(WorkerAdopted.class)).hasSize(2);
    assertThat(world.events.of(WorkerReady.class)).hasSize(2);
  }

  @Test
  void fillsUpToMin() {
    World world = World.of(2, 5).begins();
    world.launcher.survivor(71, Role.CORE, true);
    world.runs(10);

    assertThat(world.launched()).isEqualTo(1);
    assertThat(world.alive()).isEqualTo(2);
  }

  @Test
  void beginsWithTheSizeItFinds() {
    World world = World.of(1, 5).begins();
    FakeWorker busy = world.launcher.survivor(71, Role.CORE, true);
    world.launcher.survivor(72, Role.ELASTIC, true);
    world.rq.enqueue(Duration.ofSeconds(1000));
    world.runs(4);
    assertThat(world.alive()).isEqualTo(2);

    world.runs(60);
    assertThat(world.alive()).isEqualTo(2);
    assertThat(busy.signals()).isZero();
  }

  @Test
  void whatItDidForTheOtherDaemonIsNoLoadHere() {
    World world = World.of(1, 1).begins();
    world.launcher.survivor(71, Role.CORE, true);
    world.rq.enqueue(Duration.ofSeconds(40));
    for (int i = 0; i < 1000; i++) {
      world.step();
    }
    world.runs(60);

    assertThat(world.events.of(Measured.class))
        .extracting(Measured::load)
        .isNotEmpty()
        .containsOnly(0.0);
  }

  /** The new max is lower. The surplus workers are retired when they are idle. */
  @Test
  void shrinksToASmallerMax() {
    World world = World.of(1, 2).mayExceedMax().begins();
    world.launcher.survivor(71, Role.CORE, true);
    world.launcher.survivor(72, Role.ELASTIC, true);
    world.launcher.survivor(73, Role.ELASTIC, true);
    for (int i = 0; i < 3; i++) {
      world.rq.enqueue(Duration.ofSeconds(60));
    }
    world.runs(50);
    assertThat(world.alive()).isEqualTo(3);

    world.jobs(Duration.ofMillis(500), Duration.ofSeconds(1));
    world.runs(60);

    assertThat(world.alive()).isEqualTo(2);
    assertThat(world.lostJobs()).isZero();
  }

  /** Its command chooses its own name, so it is found by host and process id. */
  @Test
  void takesOverAPlainWorkerAndItsJob() {
    World world = World.of(1, 5).manners(FakeLauncher.Manners.PLAIN).begins();
    FakeWorker survivor = world.launcher.survivor(71, Role.CORE, true);
    world.rq.enqueue(Duration.ofSeconds(100));
    world.runs(60);

    assertThat(survivor.wasKilled()).isFalse();
    assertThat(survivor.isBusy()).isTrue();
    assertThat(world.launched()).as("grown").isLessThanOrEqualTo(1);
  }

  @Test
  void aSurvivorThatWasStartedWithOtherOptionsIsReplacedAndItIsSaidWhy() {
    World world = World.of(2, 2).mayExceedMaxByTheSurge().begins();
    FakeWorker old = world.launcher.survivor(71, Role.CORE, true);
    FakeWorker same = world.launcher.survivor(72, Role.CORE, true);
    world.launcher.changed(old, "it serves queues low, the pool now serves high,low");
    world.runs(60);

    assertThat(world.events.of(WorkerOutdated.class))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.pid()).isEqualTo(old.pid());
              assertThat(event.reason()).isEqualTo(DrainReason.RESTART);
              assertThat(event.describe())
                  .endsWith("it serves queues low, the pool now serves high,low");
            });
    assertThat(world.events.of(RestartRequested.class))
        .containsExactly(new RestartRequested("other options than before", 1));
    assertThat(world.events.of(RestartDone.class)).hasSize(1);
    assertThat(old.signals()).isEqualTo(1);
    assertThat(same.signals()).isZero();
    assertThat(world.launched()).isEqualTo(1);
    assertThat(world.alive()).isEqualTo(2);
  }

  @Test
  void itFinishesItsJobAndGoesOnceItsSuccessorIsReady() {
    World world = World.of(1, 1).mayExceedMaxByTheSurge().begins();
    FakeWorker old = world.launcher.survivor(71, Role.CORE, true);
    world.rq.enqueue(Duration.ofSeconds(100));
    world.launcher.changed(old, "it works elsewhere");
    world.runs(30);
    assertThat(old.isBusy()).isTrue();
    assertThat(world.events.of(WorkerReady.class)).hasSize(2);

    world.runs(120);
    assertThat(world.lostJobs()).isZero();
    assertThat(world.launched()).isEqualTo(1);
    assertThat(world.alive()).isEqualTo(1);
  }

  /** It was asked to go before, so it ends and has a successor anyway. */
  @Test
  void aSurvivorThatWasAskedBeforeIsNotReplacedForItsOptions() {
    World world = World.of(1, 1).mayExceedMaxByTheSurge().begins();
    world.rq.enqueue(Duration.ofSeconds(20));
    FakeWorker old = world.launcher.survivor(71, Role.CORE, true);
    world.launcher.changed(old, "it works elsewhere");
    world.launcher.endRequested(old.pid(), DrainReason.RETIRE);
    old.terminate();
    world.runs(60);

    assertThat(world.events.of(WorkerOutdated.class)).isEmpty();
    assertThat(world.events.of(RestartRequested.class)).isEmpty();
    assertThat(old.signals()).isEqualTo(1);
    assertThat(world.alive()).isEqualTo(1);
  }

  /** The daemon died between the spawn and its record of it. */
  @Test
  void takesOverAWorkerThatOnlyItsMarkTellsOf() {
    World world = World.of(1, 5).begins();
    FakeWorker survivor = world.launcher.survivor(71, Role.CORE, false);
    world.runs(100);

    assertThat(world.events.of(WorkerAdopted.class)).hasSize(1);
    assertThat(world.launcher.ended()).isEmpty();
    assertThat(survivor.wasKilled()).isFalse();
    assertThat(world.alive()).isEqualTo(1);
  }

  /** A second signal would make it drop its job. It takes no other job, so its place is filled. */
  @Test
  void aSurvivorThatWasAskedBeforeIsNotAskedAgain() {
    World world = World.of(1, 5).begins();
    world.rq.enqueue(Duration.ofSeconds(100));
    FakeWorker survivor = world.launcher.survivor(71, Role.CORE, true);
    world.launcher.endRequested(survivor.pid(), DrainReason.STOP);
    survivor.terminate();
    world.runs(10);
    assertThat(world.launched()).isEqualTo(1);
    world.asksToStop();

    assertThat(world.runs(120)).isTrue();
    assertThat(survivor.signals()).isEqualTo(1);
    assertThat(survivor.hasLostItsJob()).isFalse();
  }

  /** Its successor was started before that daemon died, so the pool must not be too small. */
  @Test
  void aStragglerOfTheEarlierDaemonDoesNotCountAgainstMax() {
    World world = World.of(2, 2).mayExceedMax().begins();
    world.rq.enqueue(Duration.ofSeconds(100));
    FakeWorker straggler = world.launcher.survivor(71, Role.CORE, true);
    world.launcher.endRequested(straggler.pid(), DrainReason.RESTART);
    straggler.terminate();
    world.launcher.survivor(72, Role.CORE, true);
    world.runs(10);

    assertThat(world.launched()).isEqualTo(1);
    assertThat(world.status().size().active()).isEqualTo(2);
  }

  /** At the host's limit of threads no process can be watched. */
  @Test
  void anAdoptionThatFailsIsTakenUpAgain() {
    World world = World.of(2, 5).begins();
    world.launcher.survivor(71, Role.CORE, true);
    world.launcher.survivor(72, Role.CORE, true);
    world.launcher.breaksAfter(1, new OutOfMemoryError("unable to create native thread"));
    world.runs(10);
    assertThat(world.events.of(WorkerAdopted.class)).hasSize(1);
    assertThat(world.launched()).as("nobody doubles whom it does not know").isZero();

    world.launcher.works();
    world.runs(10);

    assertThat(world.events.of(WorkerAdopted.class)).hasSize(2);
    assertThat(world.launched()).isZero();
  }

  /** Children of workers that are not adopted yet look like orphans. */
  @Test
  void afterAFailedAdoptionNoProcessIsEndedAsAnOrphan() {
    World world = World.of(2, 5).begins();
    world.launcher.survivor(71, Role.CORE, true);
    world.launcher.leavesHorse(5000);
    world.launcher.leavesScheduler(5001);
    world.launcher.breaksAfter(0, new OutOfMemoryError("unable to create native thread"));
    world.runs(120);
    assertThat(world.launcher.ended()).isEmpty();

    world.asksToStop();
    assertThat(world.runs(5)).isFalse();
    world.asksToStop();
    assertThat(world.runs(5)).as("a second signal ends it all the same").isTrue();
  }

  @Test
  void whatIsAskedDuringAnAdoptionThatFailsIsHeard() {
    World world = World.of(2, 5).begins();
    FakeWorker first = world.launcher.survivor(71, Role.CORE, true);
    FakeWorker second = world.launcher.survivor(72, Role.CORE, true);
    world.launcher.breaksAfter(1, new OutOfMemoryError("unable to create native thread"));
    world.asksToStop();
    assertThat(world.runs(5)).isFalse();
    assertThat(first.signals()).isEqualTo(1);
    assertThat(second.signals()).isZero();

    world.launcher.works();
    assertThat(world.runs(5)).isTrue();
    assertThat(second.signals()).isEqualTo(1);
  }

  /**
   * It hangs in an import: nobody can tell it by a record, and it must not take the room for ever.
   */
  @Test
  void aSurvivorThatNeverRegistersIsKilledInTheEnd() {
    World world = World.of(2, 2).mayExceedMax().manners(FakeLauncher.Manners.DEAF).begins();
    FakeWorker one = world.launcher.survivor(71, Role.CORE, true);
    FakeWorker other = world.launcher.survivor(72, Role.CORE, true);
    world.launcher.manners(FakeLauncher.Manners.GOOD);
    world.runs(2500);

    assertThat(one.wasKilled()).isTrue();
    assertThat(other.wasKilled()).isTrue();
    assertThat(world.status().size().active()).isEqualTo(2);
    assertThat(world.alive()).isEqualTo(2);
  }

  /** Without its name it is not known whether it has a record. */
  @Test
  void aNamelessSurvivorIsNotKilledForHavingNoRecord() {
    World world = World.of(1, 1).mayExceedMax().begins();
    world.launcher.manners(
        new FakeLauncher.Manners(false, true, Optional.of(true), true, false, false));
    FakeWorker nameless = world.launcher.survivor(71, Role.CORE, true);
    world.launcher.manners(FakeLauncher.Manners.GOOD);
    world.runs(2500);

    assertThat(nameless.wasKilled()).isFalse();
  }

  @Test
  void whoeverIsAskedIsWrittenDownForTheNextDaemon() {
    World world = World.of(2, 2).runFor(2);
    world.worker(1).exits(0);
    world.runs(5);
    world.asksToStop();
    world.runs(5);

    assertThat(world.launcher.hasNotedAsking(world.worker(1))).isFalse();
    assertThat(world.launcher.hasNotedAsking(world.worker(2))).isTrue();
    assertThat(world.launcher.hasNotedAsking(world.worker(3))).isTrue();
  }

  @Test
  void aSurvivorIsDrainedLikeAnyOther() {
    World world = World.of(1, 5).begins();
    FakeWorker survivor = world.launcher.survivor(71, Role.CORE, true);
    world.rq.enqueue(Duration.ofSeconds(20));
    world.runs(4);
    world.asksToStop();

    assertThat(world.runs(30)).isTrue();
    assertThat(survivor.signals()).isEqualTo(1);
    assertThat(survivor.hasLostItsJob()).isFalse();
    assertThat(world.events.of(WorkerStarted.class)).isEmpty();
  }

  /**
   * The file of the history may be gone: an event that fails must not leave the adoption half done.
   */
  @Test
  void decidesThoughTheReportOfTheRestartFailed() {
    World world =
        World.of(1, 3)
            .mayExceedMaxByTheSurge()
            .alsoTo(
                (at, event) -> {
                  if (event instanceof RestartRequested) {
                    throw new IllegalStateException("no such file");
                  }
                })
            .begins();
    world.launcher.changed(world.launcher.survivor(71, Role.CORE, true), "it works elsewhere");
    world.jobs(Duration.ofMillis(500), Duration.ofSeconds(1));
    world.runs(60);

    assertThat(world.events.of(TickFailed.class)).hasSize(1);
    assertThat(world.alive()).isGreaterThan(1);
  }

  @Test
  void isAdoptedOnceThoughTheComparisonOfItsOptionsFailed() {
    World world = World.of(1, 3).begins();
    FakeWorker survivor = world.launcher.survivor(71, Role.CORE, true);
    world.launcher.failsToCompareOnce();
    world.runs(10);

    assertThat(world.events.of(TickFailed.class)).hasSize(1);
    assertThat(world.events.of(WorkerAdopted.class)).hasSize(1);
    assertThat(world.status().size().live()).isEqualTo(1);
    assertThat(survivor.signals()).isZero();
  }
}
