package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.JobEvent.HandedUnknown;
import io.rqorchestrator.event.JobEvent.JobLeft;
import io.rqorchestrator.event.JobEvent.JobNotPutBack;
import io.rqorchestrator.event.JobEvent.JobPutBack;
import io.rqorchestrator.pool.Orphan;
import io.rqorchestrator.rq.HandedJob.Trace;
import io.rqorchestrator.rq.RqWorkerDraft;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A job that a worker was handed and had not begun when it was killed is put back. */
class SupervisorHandedJobsTest {

  private static World withADeadWorker(int workers) {
    World world = World.of(workers, workers).runFor(10);
    world.worker(1).exitsLeavingItsRecord(137);
    return world;
  }

  private static List<String> putBack(World world) {
    return world.events.of(JobPutBack.class).stream().map(JobPutBack::job).toList();
  }

  private static List<String> notPutBack(World world) {
    return world.events.of(JobNotPutBack.class).stream().map(JobNotPutBack::describe).toList();
  }

  @ParameterizedTest
  @EnumSource(Trace.class)
  void aJobThatADeadWorkerWasHandedIsPutBackAndRuns(Trace trace) {
    World world = withADeadWorker(2);
    world.rq.hands("j1", trace);
    world.runs(12);

    assertThat(world.events.of(JobPutBack.class))
        .containsExactly(new JobPutBack("j1", "default", "w1"));
    assertThat(world.rq.handed()).isEmpty();
    assertThat(world.rq.waiting()).isZero();
  }

  @Test
  void aJobThatALivingWorkerHasJustPoppedIsLeftToIt() {
    World world = withADeadWorker(2);
    world.rq.hands("j1", Trace.INTERMEDIATE);
    world.runs(2);
    world.rq.begun("j1");
    world.runs(60);

    assertThat(putBack(world)).isEmpty();
    assertThat(notPutBack(world)).isEmpty();
  }

  @Test
  void whileAFrozenWorkerMayHoldItNothingIsPutBack() {
    World world = withADeadWorker(2);
    world.rq.hands("j1", Trace.SEARCHED);
    world.worker(2).stops();
    world.runs(40);
    assertThat(putBack(world)).isEmpty();

    world.worker(2).resume();
    world.runs(12);
    assertThat(putBack(world)).containsExactly("j1");
  }

  @Test
  void aFrozenStrangerMayHoldItForTenMinutesThenTheJobIsNamed() {
    World world = World.of(1, 1).begins();
    world.rq.foreigner(RqWorkerDraft.rqWorker("stranger").heartbeat("same").read());
    world.runs(10);
    world.rq.hands("j1", Trace.SEARCHED);
    world.worker(1).exitsLeavingItsRecord(137);
    world.runs(590);
    assertThat(notPutBack(world)).isEmpty();
    world.runs(30);

    assertThat(putBack(world)).isEmpty();
    assertThat(notPutBack(world))
        .containsExactly(
            "job j1 of queue default may have been handed to w1, which did not begin it, and is not"
                + " put back: a worker that may hold it shows no sign of life; if no worker runs it:"
                + " redis-cli LPUSH rq:queue:default j1");
  }

  @Test
  void aBusyWorkerNeedsNoHeartbeatToBeKnownToHoldAnotherJob() {
    World world = World.of(2, 2).runFor(10);
    world.worker(2).isHanded(Duration.ofSeconds(1000));
    world.worker(2).hangs();
    world.worker(1).exitsLeavingItsRecord(137);
    world.rq.hands("j1", Trace.INTERMEDIATE);
    world.runs(12);

    assertThat(putBack(world)).containsExactly("j1");
  }

  @Test
  void aHorseOfADeadWorkerMayBeginItsJobYet() {
    World world = World.of(2, 2).runFor(10);
    Orphan horse = world.launcher.leavesHorse(99);
    world.worker(1).exitsLeavingItsRecord(137);
    world.rq.hands("j1", Trace.NAMED);
    world.runs(30);
    assertThat(putBack(world)).isEmpty();

    world.launcher.goes(horse);
    world.runs(12);
    assertThat(putBack(world)).containsExactly("j1");
  }

  @Test
  void moreJobsThanTheDeadWorkersCanHaveBeenHandedAreNamedAndNotPutBack() {
    World world = withADeadWorker(2);
    world.rq.hands("j1", Trace.SEARCHED);
    world.rq.hands("j2", Trace.SEARCHED);
    world.rq.hands("j3", Trace.INTERMEDIATE);
    world.runs(20);

    assertThat(putBack(world)).containsExactly("j3");
    assertThat(notPutBack(world)).hasSize(2).allMatch(line -> line.contains("2 jobs are queued"));
  }

  @Test
  void whatRedisRefusesToPutBackIsNamedWithTheRemedy() {
    World world = withADeadWorker(1);
    world.rq.hands("j1", Trace.INTERMEDIATE);
    world.rq.refusesToPutBack();
    world.runs(20);

    assertThat(notPutBack(world))
        .containsExactly(
            "job j1 of queue default may have been handed to w1, which did not begin it, and is not"
                + " put back: Redis refuses it, or is older than 6.0.6; RQ's maintenance"
                + " fails it in some minutes; then: rq requeue --queue default j1");
  }

  @Test
  void amongMoreWorkersThanCanBeReadNothingIsPutBack() {
    World world = withADeadWorker(1);
    world.rq.hands("j1", Trace.INTERMEDIATE);
    world.rq.isCrowded();
    world.runs(700);

    assertThat(putBack(world)).isEmpty();
    assertThat(notPutBack(world)).hasSize(1);
  }

  @Test
  void aSearchThatCouldNotBeDoneIsReported() {
    World world = withADeadWorker(1);
    world.rq.cannotBeSearched("Redis refuses to list the jobs: NOPERM");
    world.runs(5);

    assertThat(world.events.of(HandedUnknown.class))
        .containsExactly(new HandedUnknown("w1", "Redis refuses to list the jobs: NOPERM"));
  }

  @Test
  void afterAWorkerThatEndsInOrderNothingIsSearchedFor() {
    World world = World.of(1, 1).runFor(10);
    world.worker(1).takesItsLeave(0);
    world.runs(10);

    assertThat(world.rq.looks()).isZero();
  }

  @Test
  void aStopWaitsForTheSecondLook() {
    World world = World.of(1, 1).runFor(10);
    world.asksToStop();
    world.rq.hands("j1", Trace.INTERMEDIATE);
    world.worker(1).exitsLeavingItsRecord(137);

    assertThat(world.runs(30)).isTrue();
    assertThat(putBack(world)).containsExactly("j1");
    assertThat(world.now()).isLessThan(20);
  }

  @Test
  void aColdStopDoesNotWaitAndNamesTheJob() {
    World world = World.of(1, 1).runFor(10);
    world.asksToStop();
    world.worker(1).isHanded(Duration.ofSeconds(1000));
    world.runs(2);
    world.asksToStop();
    world.runs(0.1);
    world.rq.hands("j1", Trace.INTERMEDIATE);

    assertThat(world.runs(30)).isTrue();
    assertThat(world.now()).isLessThan(14);
    assertThat(putBack(world)).isEmpty();
  }

  /** The worker that it was handed to was killed, but the job runs elsewhere. */
  @Test
  void aJobThatIsPutBackIsNotAnEndedOne() {
    EndedJobs ended = new EndedJobs();
    World world = World.of(1, 1).alsoTo(ended).runFor(10);
    ended.accept(
        world.ticks.now(), new JobLeft(world.worker(1).id(), world.worker(1).pid(), "j1", true));
    assertThat(ended.any()).isTrue();

    world.rq.hands("j1", Trace.NAMED);
    world.worker(1).exitsLeavingItsRecord(137);
    world.runs(12);

    assertThat(ended.any()).isFalse();
  }

  @Test
  void aJobOfAWorkerThatDiedWhileNoDaemonWasThereIsPutBack() {
    World world = World.of(1, 1).begins();
    world.launcher.recordsDead("gone-w1");
    world.rq.hands("j1", Trace.NAMED);
    world.runs(20);

    assertThat(world.events.of(JobPutBack.class))
        .containsExactly(new JobPutBack("j1", "default", "gone-w1"));
  }

  @Test
  void whileRedisIsAwayItIsAskedAgainWithoutHaste() {
    World world = World.of(1, 1).runFor(10);
    world.rq.goesAway("connection refused");
    world.rq.hands("j1", Trace.INTERMEDIATE);
    world.worker(1).exitsLeavingItsRecord(137);
    world.runs(20);
    assertThat(world.rq.looks()).isBetween(5, 11);

    world.rq.comesBack();
    world.runs(15);
    assertThat(putBack(world)).containsExactly("j1");
  }
}
