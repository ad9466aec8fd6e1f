package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.Ending;
import io.rqorchestrator.event.OperatorEvent.StopRequested;
import io.rqorchestrator.event.ScalingEvent.Decided;
import io.rqorchestrator.event.WorkerEvent.WorkerDraining;
import io.rqorchestrator.event.WorkerEvent.WorkerGone;
import io.rqorchestrator.pool.DrainStep;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SupervisorStopTest {

  @Test
  void aStopDrainsEveryWorkerAndIsOverWhenTheLastIsGone() {
    World world = World.of(2, 5).runFor(5);
    world.beginsAJob(Duration.ofSeconds(20));
    world.asksToStop();
    assertThat(world.runs(10)).isFalse();
    assertThat(world.alive()).isEqualTo(1);

    assertThat(world.runs(15)).isTrue();
    assertThat(world.lostJobs()).isZero();
    assertThat(world.launcher.all()).extracting(FakeWorker::signals).containsOnly(1);
    assertThat(world.events.of(WorkerGone.class))
        .extracting(WorkerGone::ending)
        .containsOnly(Ending.ASKED);
  }

  @Test
  void nothingIsStartedOrDecidedAfterAStop() {
    World world = World.of(1, 5).runFor(5);
    world.beginsAJob(Duration.ofSeconds(60));
    world.asksToStop();
    world.runs(1);
    world.events.forget();
    world.jobs(Duration.ofMillis(100), Duration.ofSeconds(1));
    world.runs(50);

    assertThat(world.events.of(Decided.class)).isEmpty();
    assertThat(world.launched()).isEqualTo(1);
  }

  @Test
  void aStopWithoutWorkersIsOverAtOnce() {
    World world = World.of(2, 5).begins();
    world.rq.goesAway("connection refused");
    world.runs(5);
    world.asksToStop();

    assertThat(world.runs(0.1)).isTrue();
  }

  @Test
  void aStopGivesUpPlacesInBackoff() {
    World world = World.of(1, 5).runFor(5);
    world.worker(1).exits(1);
    world.runs(0.1);
    world.asksToStop();

    assertThat(world.runs(0.1)).isTrue();
    assertThat(world.launched()).isEqualTo(1);
  }

  @Test
  void aStopAfterwardsExitsWithZero() throws InterruptedException {
    World world = World.of(2, 5).runFor(5);
    world.asksToStop();
    untilTheEndsLieInTheMailbox(world);

    assertThat(world.supervisor.run()).isZero();
  }

  @Test
  void aSecondStopIsColdAndExitsWithOne() throws InterruptedException {
    World world = World.of(1, 5).runFor(5);
    world.beginsAJob(Duration.ofSeconds(1000));
    world.asksToStop();
    world.runs(10);
    assertThat(world.worker(1).signals()).isEqualTo(1);

    world.asksToStop();
    world.runs(0.1);
    untilTheEndsLieInTheMailbox(world);

    assertThat(world.worker(1).signals()).isEqualTo(2);
    assertThat(world.worker(1).wasKilled()).isFalse();
    assertThat(world.lostJobs()).isEqualTo(1);
    assertThat(world.supervisor.run()).isEqualTo(1);
    assertThat(world.events.of(StopRequested.class))
        .extracting(StopRequested::cold)
        .containsExactly(false, true);
    assertThat(world.events.lines()).anyMatch(line -> line.endsWith("leaves job job-1 started"));
  }

  /** A terminal's Ctrl-C and a supervisor's SIGTERM come together. */
  @Test
  void twoStopsWithinASecondAreOne() {
    World world = World.of(1, 5).runFor(5);
    world.beginsAJob(Duration.ofSeconds(10));
    world.asksToStop();
    world.runs(0.9);
    world.asksToStop();

    assertThat(world.runs(20)).isTrue();
    assertThat(world.lostJobs()).isZero();
    assertThat(world.events.of(StopRequested.class)).hasSize(1);
  }

  /** As when somebody presses Ctrl-C and then closes the terminal. */
  @Test
  void aDrainAfterAStopIsNoSecondStop() {
    World world = World.of(1, 5).runFor(5);
    world.beginsAJob(Duration.ofSeconds(30));
    world.asksToStop();
    world.runs(5);
    world.mailbox.post(new Message.DrainRequest("SIGHUP"));

    assertThat(world.runs(40)).isTrue();
    assertThat(world.worker(1).signals()).isEqualTo(1);
    assertThat(world.lostJobs()).isZero();
  }

  /** As when a terminal is closed and a service manager then stops the daemon. */
  @Test
  void aStopAfterADrainIsTheFirstOne() {
    World world = World.of(1, 5).runFor(5);
    world.beginsAJob(Duration.ofSeconds(30));
    world.mailbox.post(new Message.DrainRequest("SIGHUP"));
    world.runs(5);
    world.asksToStop();

    assertThat(world.runs(40)).isTrue();
    assertThat(world.worker(1).signals()).isEqualTo(1);
    assertThat(world.lostJobs()).isZero();
  }

  @Test
  void aColdStopKillsAWorkerThatIgnoresIt() {
    World world = World.of(1, 5).manners(FakeLauncher.Manners.STUBBORN).runFor(5);
    world.asksToStop();
    world.runs(2);
    world.asksToStop();
    world.runs(4.9);
    assertThat(world.worker(1).wasKilled()).isFalse();

    assertThat(world.runs(1)).isTrue();
    assertThat(world.events.of(WorkerDraining.class))
        .extracting(WorkerDraining::step)
        .containsExactly(DrainStep.ASKED, DrainStep.COLD, DrainStep.KILLED);
  }

  @Test
  void afterTheDrainTimeoutTheStopOfAWorkerIsCold() {
    World world = World.of(1, 5).drainTimeout(Duration.ofSeconds(30)).runFor(5);
    world.beginsAJob(Duration.ofSeconds(1000));
    world.asksToStop();
    assertThat(world.runs(29.9)).isFalse();
    assertThat(world.worker(1).signals()).isEqualTo(1);

    assertThat(world.runs(0.3)).isTrue();
    assertThat(world.lostJobs()).isEqualTo(1);
  }

  @Test
  void theDrainTimeoutOfAWorkerThatARestartHasReplacedCountsFromTheStop() {
    World world = World.of(1, 5).drainTimeout(Duration.ofSeconds(30)).runFor(5);
    world.beginsAJob(Duration.ofMinutes(2));
    world.asksToRestart();
    world.runs(60);
    assertThat(world.worker(1).isBusy()).as("a straggler").isTrue();

    world.asksToStop();
    assertThat(world.runs(29)).isFalse();
    assertThat(world.lostJobs()).isZero();

    assertThat(world.runs(2)).isTrue();
    assertThat(world.lostJobs()).isEqualTo(1);
  }

  @Test
  void aStopDrainsWhileRedisIsAway() {
    World world = World.of(2, 5).runFor(5);
    world.rq.goesAway("connection refused");
    world.runs(5);
    world.asksToStop();

    assertThat(world.runs(1)).isTrue();
    assertThat(world.launcher.all()).extracting(FakeWorker::signals).containsOnly(1);
  }

  /** Its signal handlers are not in place before it is ready. */
  @Test
  void aPlainWorkerIsNotSignalledBeforeItIsReady() {
    World world = World.of(1, 5).manners(FakeLauncher.Manners.PLAIN).runFor(0.2);
    assertThat(world.alive()).isEqualTo(1);
    world.asksToStop();
    world.runs(0.7);
    assertThat(world.worker(1).signals()).isZero();

    assertThat(world.runs(2)).isTrue();
    assertThat(world.events.of(WorkerDraining.class))
        .extracting(WorkerDraining::step)
        .containsExactly(DrainStep.MARKED, DrainStep.ASKED);
  }

  /** Redis lost its record, but its signal handlers are in place. */
  @Test
  void aPlainWorkerWhoseRecordIsLostFinishesItsJob() {
    World world = World.of(1, 5).manners(FakeLauncher.Manners.PLAIN).runFor(60);
    world.beginsAJob(Duration.ofSeconds(20));
    world.worker(1).readable(false);
    world.runs(5);
    world.asksToStop();

    assertThat(world.runs(30)).isTrue();
    assertThat(world.lostJobs()).isZero();
  }

  /** Lets time pass without the supervisor until every end lies in the mailbox. */
  private static void untilTheEndsLieInTheMailbox(World world) {
    world.runs(0.1);
    for (int i = 0; i < 200 && world.alive() > 0; i++) {
      if (i % 4 == 0) {
        world.supervisor.tick(world.messages());
      }
      world.step();
    }
    assertThat(world.alive()).isZero();
  }
}
