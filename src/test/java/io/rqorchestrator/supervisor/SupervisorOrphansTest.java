package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.DaemonEvent.TickFailed;
import io.rqorchestrator.event.OrphanEvent.DeadWorkerRecordRemoved;
import io.rqorchestrator.event.OrphanEvent.OrphanAllowed;
import io.rqorchestrator.event.OrphanEvent.OrphanFound;
import io.rqorchestrator.event.OrphanEvent.OrphanGone;
import io.rqorchestrator.event.OrphanEvent.OrphanKilled;
import io.rqorchestrator.event.OrphanEvent.OrphanLeftAlone;
import io.rqorchestrator.pool.Orphan;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What dead workers leave behind: horses, schedulers, records. */
class SupervisorOrphansTest {

  private static Orphan firstWorkerDiesBeforeItsHorse(World world) {
    Orphan horse = world.launcher.leavesHorse(5000);
    world.worker(1).exits(137);
    return horse;
  }

  @Test
  void aSchedulerIsEndedAtOnce() {
    World world = World.of(1, 5).runFor(20);
    Orphan scheduler = world.launcher.leavesScheduler(5000);
    world.worker(1).exits(137);
    world.runs(1);

    assertThat(world.launcher.ended()).containsExactly(scheduler);
    assertThat(world.events.of(OrphanFound.class))
        .containsExactly(new OrphanFound(5000, Optional.empty()));
    assertThat(world.events.of(OrphanGone.class)).hasSize(1);
  }

  @Test
  void aHorseMayFinishItsJob() {
    World world = World.of(1, 5).runFor(20);
    Orphan horse = firstWorkerDiesBeforeItsHorse(world);
    world.runs(50);
    assertThat(world.launcher.ended()).isEmpty();

    world.launcher.goes(horse);
    world.runs(1);
    assertThat(world.events.of(OrphanKilled.class)).isEmpty();
    assertThat(world.events.of(OrphanGone.class)).hasSize(1);
  }

  @Test
  void aHorseIsKilledBeforeRqGivesItsJobToAnother() {
    World world = World.of(1, 5).runFor(20);
    Orphan horse = firstWorkerDiesBeforeItsHorse(world);
    world.runs(54.9);
    assertThat(world.launcher.ended()).isEmpty();

    world.runs(1);
    assertThat(world.launcher.ended()).containsExactly(horse);
    assertThat(world.events.of(OrphanKilled.class)).hasSize(1);
  }

  /** RQ's deadline is on the wall clock; it is converted to monotonic time once. */
  @Test
  void aHorseMayGoOnAsLongAsRqCountsItsJobAsRunning() {
    World world = World.of(1, 5).runFor(20);
    Orphan horse = world.launcher.leavesHorse(5000, "rq-w1");
    world.rq.counts("rq-w1", "j1", Duration.ofSeconds(85));
    world.worker(1).exits(137);
    world.runs(2);
    assertThat(world.events.of(OrphanAllowed.class))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.job()).isEqualTo("j1");
              assertThat(event.within()).isBetween(Duration.ofSeconds(78), Duration.ofSeconds(80));
            });

    world.ticks.stepWall(Duration.ofHours(1));
    world.runs(77.9);
    assertThat(world.launcher.ended()).isEmpty();

    world.runs(0.3);
    assertThat(world.launcher.ended()).containsExactly(horse);
  }

  @Test
  void aHorseWhoseTimeIsAlreadyOverIsKilledAtOnce() {
    World world = World.of(1, 5).runFor(20);
    Orphan horse = world.launcher.leavesHorse(5000, "rq-w1");
    world.rq.counts("rq-w1", "j1", Duration.ofSeconds(-30));
    world.worker(1).exits(137);
    world.runs(2);
    assertThat(world.launcher.ended()).containsExactly(horse);
  }

  @Test
  void eachHorseHasTheTimeOfItsOwnJob() {
    World world = World.of(3, 5).runFor(20);
    Orphan one = world.launcher.leavesHorse(5001, "rq-w1");
    Orphan two = world.launcher.leavesHorse(5002, "rq-w2");
    Orphan three = world.launcher.leavesHorse(5003, "rq-w3");
    world.rq.counts("rq-w1", "j1", Duration.ofSeconds(100));
    world.rq.counts("rq-w2", "j2", Duration.ofSeconds(30));
    for (int number = 1; number <= 3; number++) {
      world.worker(number).exits(137);
    }
    world.runs(24);
    assertThat(world.launcher.ended()).isEmpty();

    world.runs(2);
    assertThat(world.launcher.ended()).containsExactly(two);

    world.runs(32);
    assertThat(world.launcher.ended()).as("RQ says nothing of it").containsExactly(two, three);

    world.runs(36);
    assertThat(world.launcher.ended()).doesNotContain(one);

    world.runs(2);
    assertThat(world.launcher.ended()).contains(one);
  }

  @Test
  void aHorseOfAnUnknownWorkerHasTheTimeOfTheJobThatLapsesFirst() {
    World world = World.of(2, 5).runFor(20);
    Orphan horse = world.launcher.leavesHorse(5001);
    world.rq.counts("rq-w1", "j1", Duration.ofSeconds(100));
    world.rq.counts("rq-w2", "j2", Duration.ofSeconds(30));
    world.worker(1).exits(137);
    world.worker(2).exits(137);
    world.runs(24);
    assertThat(world.launcher.ended()).isEmpty();

    world.runs(2);
    assertThat(world.launcher.ended()).containsExactly(horse);
  }

  @Test
  void aDeadlineFarInTheFutureOverflowsNothing() {
    World world = World.of(1, 5).runFor(20);
    Orphan horse = world.launcher.leavesHorse(5000, "rq-w1");
    world.rq.counts("rq-w1", "j1", Duration.ofDays(300 * 365));
    world.worker(1).exits(137);
    world.runs(60);
    assertThat(world.launcher.ended()).isEmpty();
    assertThat(world.events.of(TickFailed.class)).isEmpty();

    world.launcher.goes(horse);
    world.runs(1);
    assertThat(world.removed).containsExactly("rq-w1");
  }

  @Test
  void aDeadWorkersRecordGoesAfterItsHorse() {
    World world = World.of(1, 5).runFor(20);
    Orphan horse = firstWorkerDiesBeforeItsHorse(world);
    world.runs(30);
    assertThat(world.removed).isEmpty();

    world.launcher.goes(horse);
    world.runs(1);
    assertThat(world.removed).containsExactly("rq-w1");
    assertThat(world.events.of(DeadWorkerRecordRemoved.class)).hasSize(1);
  }

  /** RQ also exits 0 when it can no longer watch its horse. */
  @Test
  void aWorkerThatEndedInOrderMayLeaveItsHorseBehind() {
    World world = World.of(1, 5).runFor(20);
    world.launcher.leavesHorse(5000);
    world.worker(1).exits(0);
    world.runs(5);

    assertThat(world.removed).isEmpty();
    assertThat(world.events.of(OrphanFound.class)).hasSize(1);
  }

  /** The exit code of a worker that an earlier daemon started is unknown. */
  @Test
  void theRecordOfAWorkerThatEndedInOrderIsNotRemovedWhateverItsExitCode() {
    World world = World.of(1, 5).runFor(20);
    world.worker(1).takesItsLeave(-1);
    world.runs(10);

    assertThat(world.removed).isEmpty();
    assertThat(world.events.of(DeadWorkerRecordRemoved.class)).isEmpty();
  }

  @Test
  void theRecordOfAWorkerThatDiedBeforeThisDaemonStartedIsRemoved() {
    World world = World.of(1, 5).begins();
    world.launcher.recordsDead("rq-w99");
    world.runs(3);
    assertThat(world.removed).containsExactly("rq-w99");
  }

  @Test
  void noRecordIsTouchedWhileRedisIsAway() {
    World world = World.of(1, 5).runFor(20);
    world.rq.goesAway("connection refused");
    world.runs(5);
    world.worker(1).exits(1);
    world.runs(20);
    assertThat(world.removed).isEmpty();

    world.rq.comesBack();
    world.runs(5);
    assertThat(world.removed).containsExactly("rq-w1");
  }

  @Test
  void aStopWaitsForTheHorseOfADeadWorker() {
    World world = World.of(1, 5).runFor(20);
    Orphan horse = firstWorkerDiesBeforeItsHorse(world);
    world.runs(2);
    world.asksToStop();
    assertThat(world.runs(10)).isFalse();

    world.launcher.goes(horse);
    assertThat(world.runs(1)).isTrue();
  }

  @Test
  void aColdStopDoesNotWaitForTheHorse() {
    World world = World.of(1, 5).runFor(20);
    Orphan horse = firstWorkerDiesBeforeItsHorse(world);
    world.runs(2);
    world.asksToStop();
    world.runs(2);
    world.asksToStop();

    assertThat(world.runs(1)).isTrue();
    assertThat(world.launcher.ended()).containsExactly(horse);
    assertThat(world.events.of(OrphanKilled.class))
        .singleElement()
        .satisfies(event -> assertThat(event.coldStop()).isTrue());
  }

  @Test
  void aHorseThatIsSlowToDieIsReportedOnce() {
    World world = World.of(1, 5).runFor(20);
    Orphan horse = world.launcher.leavesHorse(5000);
    world.launcher.clings(horse);
    world.worker(1).exits(137);
    world.runs(60);
    assertThat(world.launcher.ended()).hasSizeGreaterThan(2).containsOnly(horse);
    assertThat(world.events.of(OrphanKilled.class)).hasSize(1);

    world.launcher.goes(horse);
    world.runs(1);
    assertThat(world.events.of(OrphanGone.class)).hasSize(1);
  }

  /** It may be a job's own process. */
  @Test
  void anUnknownProcessIsReportedOnceAndNeitherEndedNorWaitedFor() {
    World world = World.of(1, 5).runFor(20);
    world.launcher.leavesUnknown(5000);
    world.worker(1).exits(137);
    world.runs(120);
    world.worker(2).exits(0);
    world.runs(120);
    world.asksToStop();
    assertThat(world.runs(10)).isTrue();

    assertThat(world.launcher.ended()).isEmpty();
    assertThat(world.events.of(OrphanFound.class)).isEmpty();
    assertThat(world.events.of(OrphanLeftAlone.class)).containsExactly(new OrphanLeftAlone(5000));
    assertThat(world.removed).containsExactly("rq-w1");
  }

  @Test
  void anOrphanFromBeforeTheStartIsFound() {
    World world = World.of(1, 5).begins();
    Orphan scheduler = world.launcher.leavesScheduler(5000);
    world.runs(1);

    assertThat(world.launcher.ended()).containsExactly(scheduler);
  }
}
