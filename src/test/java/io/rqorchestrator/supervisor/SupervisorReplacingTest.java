package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.control.Command;
import io.rqorchestrator.event.MemoryEvent.MemoryLimitTooLow;
import io.rqorchestrator.event.OperatorEvent.RestartDone;
import io.rqorchestrator.event.OperatorEvent.RestartRequested;
import io.rqorchestrator.event.ScalingEvent.Decided;
import io.rqorchestrator.event.ScalingEvent.Measured;
import io.rqorchestrator.event.WorkerEvent.WorkerOutdated;
import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.RecycleRules;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.scaling.ScalingDecision.Grow;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Rolling restart, recycling, and workers without a heartbeat. */
class SupervisorReplacingTest {

  private static final RecycleRules AFTER_TEN_JOBS =
      new RecycleRules(OptionalLong.of(10), Optional.empty(), OptionalLong.empty());
  private static final RecycleRules AFTER_A_MINUTE =
      new RecycleRules(
          OptionalLong.empty(), Optional.of(Duration.ofSeconds(60)), OptionalLong.empty());
  private static final RecycleRules ABOVE_A_HUNDRED_BYTES =
      new RecycleRules(OptionalLong.empty(), Optional.empty(), OptionalLong.of(100));

  @Test
  void aRestartReplacesEveryWorkerOneByOne() {
    World world = World.of(3, 3).mayExceedMax().runFor(5);
    world.asksToRestart();
    int most = 0;
    int fewest = 3;
    for (int i = 0; i < 400; i++) {
      world.runs(0.05);
      most = Math.max(most, world.alive());
      fewest = Math.min(fewest, world.alive());
    }

    assertThat(most).isEqualTo(4);
    assertThat(fewest).isEqualTo(3);
    assertThat(world.launched()).isEqualTo(6);
    assertThat(world.alive()).isEqualTo(3);
    assertThat(world.launcher.alive()).allMatch(FakeWorker::runsScheduler);
    assertThat(world.events.of(RestartRequested.class)).hasSize(1);
    assertThat(world.events.of(RestartDone.class)).hasSize(1);
  }

  @Test
  void aRestartLosesNoJobAndGoesOnBesideALongOne() {
    World world = World.of(2, 2).mayExceedMax().runFor(2);
    world.rq.enqueue(Duration.ofSeconds(200));
    world.rq.enqueue(Duration.ofSeconds(200));
    world.runs(1);
    world.asksToRestart();
    world.runs(30);
    assertThat(world.alive()).as("two stragglers and two new ones").isEqualTo(4);
    assertThat(world.events.of(RestartDone.class)).hasSize(1);

    world.runs(200);
    assertThat(world.alive()).isEqualTo(2);
    assertThat(world.lostJobs()).isZero();
  }

  /** They finish their jobs beside the pool, however long that takes. */
  @Test
  void stragglersAreNoLoad() {
    World world = World.of(2, 6).runFor(2);
    world.rq.enqueue(Duration.ofMinutes(5));
    world.rq.enqueue(Duration.ofMinutes(5));
    world.runs(1);
    world.asksToRestart();
    world.runs(100);

    assertThat(world.alive()).as("two stragglers and two new ones").isEqualTo(4);
    assertThat(world.events.of(Measured.class).get(world.events.of(Measured.class).size() - 1))
        .returns(0.0, Measured::load);
  }

  @Test
  void aNewGenerationThatDoesNotStartLeavesTheOldOneAlone() {
    World world = World.of(2, 2).mayExceedMax().runFor(5);
    world.launcher.manners(FakeLauncher.Manners.DEAF);
    world.asksToRestart();
    world.runs(200);

    assertThat(world.worker(1).signals() + world.worker(2).signals()).isZero();
    assertThat(world.alive()).isLessThanOrEqualTo(3);
    assertThat(world.events.of(RestartDone.class)).isEmpty();
  }

  /** Otherwise it would hold the room that the restart needs for a successor. */
  @Test
  void aRecycledWorkerAtALongJobHoldsNoRestartUp() {
    World world = World.of(2, 2).recycle(AFTER_A_MINUTE).mayExceedMax().begins();
    world.rq.enqueue(Duration.ofHours(1));
    world.runs(200);
    assertThat(world.status().size().outdated()).as("there is no room for successors").isZero();
    assertThat(world.alive()).isEqualTo(3);

    world.asksToRestart();
    world.runs(30);
    assertThat(world.events.of(RestartDone.class)).hasSize(1);
    assertThat(world.worker(1).isBusy()).isTrue();
    assertThat(world.worker(1).signals()).isEqualTo(1);
    assertThat(world.alive()).isEqualTo(3);
  }

  /** A broken release, deployed twice. */
  @Test
  void aSecondRestartWhileTheFirstDoesNotGetReadyLeavesTheOldWorkersAtWork() {
    World world = World.of(2, 2).mayExceedMax().runFor(5);
    world.launcher.manners(FakeLauncher.Manners.DEAF);
    for (int i = 0; i < 4; i++) {
      world.asksToRestart();
      world.runs(20);
    }
    world.runs(200);
    assertThat(world.worker(1).signals() + world.worker(2).signals()).isZero();
    assertThat(world.events.of(RestartDone.class)).isEmpty();

    world.launcher.manners(FakeLauncher.Manners.GOOD);
    world.asksToRestart();
    world.runs(200);
    assertThat(world.status().size().outdated()).isZero();
    assertThat(world.alive()).isEqualTo(2);
    assertThat(world.worker(1).signals()).isEqualTo(1);
  }

  @Test
  void manyRestartRequestsAreTwoRestartsAtMost() {
    World world = World.of(3, 3).mayExceedMax().runFor(5);
    Tick last = world.ticks.now();
    for (int i = 0; i < 50; i++) {
      last = world.ticks.now();
      world.asksToRestart();
      world.runs(0.1);
    }
    world.runs(60);

    assertThat(world.launched()).as("three, and two rounds of three").isLessThanOrEqualTo(9);
    assertThat(world.events.of(RestartDone.class)).hasSize(2);
    assertThat(world.launcher.alive()).as("none is older than the last wish").noneMatch(old(last));
  }

  private static Predicate<FakeWorker> old(Tick wished) {
    return worker -> worker.born().isBefore(wished);
  }

  @Test
  void codeThatGetsReadyAndDiesAtOnceLeavesTheOldWorkersAtWork() {
    World world = World.of(2, 2).mayExceedMax().runFor(5);
    world.asksToRestart();
    for (int i = 0; i < 1000; i++) {
      world.runs(0.2);
      world.launcher.alive().stream()
          .filter(worker -> worker.id().number() > 2)
          .filter(worker -> world.ticks.now().hasPassed(Duration.ofSeconds(2), worker.born()))
          .forEach(worker -> worker.exits(1));
    }

    assertThat(world.worker(1).signals() + world.worker(2).signals()).isZero();
    assertThat(world.events.of(RestartDone.class)).isEmpty();
  }

  @Test
  void aRestartRequestedBeforeTheAdoptionIsNotForgotten() {
    World world = World.of(2, 2).mayExceedMax().begins();
    world.launcher.survivor(101, Role.CORE, true);
    world.launcher.survivor(102, Role.CORE, true);
    world.launcher.breaksAfter(1, new OutOfMemoryError("no threads"));
    world.asksToRestart();
    world.runs(2);
    assertThat(world.events.of(RestartDone.class)).isEmpty();

    world.launcher.works();
    world.runs(60);
    assertThat(world.events.of(RestartDone.class)).hasSize(1);
    assertThat(world.launched()).isEqualTo(2);
    assertThat(world.alive()).isEqualTo(2);
  }

  @Test
  void noSizeIsDecidedWhileARestartGoesOn() {
    World world = World.of(2, 5).mayExceedMax().runFor(4);
    world.launcher.manners(FakeLauncher.Manners.DEAF);
    world.asksToRestart();
    world.runs(2);

    assertThat(world.events.of(Decided.class))
        .extracting(decided -> decided.decision().reason().code())
        .containsExactly(Reason.Code.REPLACING);
  }

  @Test
  void aRestartAfterAStopIsNone() {
    World world = World.of(1, 5).runFor(5);
    world.beginsAJob(Duration.ofSeconds(10));
    world.asksToStop();
    world.runs(1);
    world.asksToRestart();

    assertThat(world.runs(20)).isTrue();
    assertThat(world.launched()).isEqualTo(1);
    assertThat(world.events.of(RestartRequested.class)).isEmpty();
  }

  @Test
  void aWorkerThatDidItsJobsIsReplaced() {
    World world = World.of(1, 2).recycle(AFTER_TEN_JOBS).mayExceedMaxByTheSurge().begins();
    world.jobs(Duration.ofSeconds(3), Duration.ofMillis(500));
    world.runs(45);

    assertThat(world.launched()).isEqualTo(2);
    assertThat(world.alive()).isEqualTo(1);
    assertThat(world.worker(1).signals()).isEqualTo(1);
    assertThat(world.events.of(WorkerOutdated.class).get(0).reason())
        .isEqualTo(DrainReason.RECYCLE);
  }

  @Test
  void anOldWorkerIsReplacedOneAtATime() {
    World world = World.of(3, 3).recycle(AFTER_A_MINUTE).mayExceedMaxByTheSurge().begins();
    int most = 0;
    for (int i = 0; i < 1600; i++) {
      world.runs(0.05);
      most = Math.max(most, world.alive());
    }

    assertThat(world.launched()).isEqualTo(6);
    assertThat(most).isEqualTo(4);
  }

  /** It shares the place of the old worker, so the pool grows by one from its former size. */
  @Test
  void aSuccessorIsNoWorkerMoreWhenTheSizeIsDecided() {
    World world = World.of(2, 6).recycle(AFTER_A_MINUTE).runFor(58);
    world.launcher.manners(FakeLauncher.Manners.DEAF);
    world.jobs(Duration.ofMillis(500), Duration.ofSeconds(5));
    world.runs(27);

    assertThat(world.status().size().outdated()).isOne();
    assertThat(world.events.of(Decided.class))
        .extracting(Decided::decision)
        .filteredOn(Grow.class::isInstance)
        .first()
        .satisfies(
            grown -> {
              assertThat(grown.from()).isEqualTo(2);
              assertThat(grown.to()).isEqualTo(3);
            });
  }

  @Test
  void aSuccessorThatFailsToStartIsNoSurplus() {
    World world = World.of(2, 6).recycle(AFTER_A_MINUTE).runFor(58);
    world.launcher.fails("no memory");
    world.jobs(Duration.ofSeconds(10), Duration.ofSeconds(3));
    world.runs(62);

    assertThat(world.status().vacancies()).hasSize(1);
    assertThat(world.events.of(Decided.class))
        .last()
        .satisfies(decided -> assertThat(decided.decision().from()).isEqualTo(2));
  }

  @Test
  void aStepByAnOperatorDuringARecyclingIsReportedFromTheSizeThatThePoolHas() {
    World world = World.of(1, 6).recycle(AFTER_A_MINUTE).begins();
    world.operator(new Command.Scale(4));
    world.runs(58);
    world.launcher.fails("no memory");
    world.runs(20);
    assertThat(world.status().size().active()).as("without a successor").isEqualTo(4);
    assertThat(world.status().vacancies()).hasSize(1);

    world.operator(new Command.Scale(2));
    world.runs(0.2);

    assertThat(world.events.of(Decided.class))
        .last()
        .satisfies(
            decided -> assertThat(decided.describe()).startsWith("shrink 4 -> 2: held at 2"));
    world.runs(10);
    assertThat(world.alive()).isEqualTo(2);
  }

  /** Otherwise the hanging worker would never be killed, although there is a drain timeout. */
  @Test
  void aRestartDoesNotForgetThatAWorkerHangs() {
    World world = World.of(2, 2).drainTimeout(Duration.ofSeconds(60)).mayExceedMax().runFor(5);
    world.worker(1).hangs();
    world.rq.enqueue(Duration.ofSeconds(1));
    world.jobs(Duration.ofMillis(200), Duration.ofMillis(390));
    world.runs(40);
    assertThat(world.events.of(WorkerOutdated.class))
        .extracting(WorkerOutdated::reason)
        .containsExactly(DrainReason.UNRESPONSIVE);

    world.asksToRestart();
    world.runs(30);
    assertThat(world.events.of(RestartDone.class)).hasSize(1);

    world.runs(90);
    assertThat(world.worker(1).wasKilled()).isTrue();
  }

  @Test
  void aWorkerThatGrewAboveItsMemoryLimitIsReplaced() {
    World world =
        World.of(1, 1).recycle(ABOVE_A_HUNDRED_BYTES).mayExceedMaxByTheSurge().runFor(1.5);
    world.launcher.memory(world.worker(1), 60);
    world.runs(10);
    assertThat(world.launched()).isEqualTo(1);

    world.launcher.memory(world.worker(1), 101);
    world.runs(10);
    assertThat(world.launched()).isEqualTo(2);
    assertThat(world.worker(1).signals()).isEqualTo(1);
  }

  @Test
  void aWorkerAboveItsMemoryLimitFromItsStartIsNotReplaced() {
    World world = World.of(1, 1).recycle(ABOVE_A_HUNDRED_BYTES).runFor(1.5);
    world.launcher.memory(world.worker(1), 150);
    world.runs(60);

    assertThat(world.launched()).isEqualTo(1);
    assertThat(world.events.of(MemoryLimitTooLow.class)).hasSize(1);
  }

  /** As with a preloaded application: the fewer share it, the larger is the share of each. */
  @Test
  void aWorkerWhoseShareOfTheCommonPagesGrewIsNotReplaced() {
    World world = World.of(1, 1).recycle(ABOVE_A_HUNDRED_BYTES).runFor(1.5);
    world.launcher.memory(world.worker(1), 60, 20);
    world.runs(10);
    assertThat(world.events.of(MemoryLimitTooLow.class)).isEmpty();

    world.launcher.memory(world.worker(1), 120, 20);
    world.runs(60);
    assertThat(world.launched()).isEqualTo(1);
    assertThat(world.events.of(MemoryLimitTooLow.class))
        .containsExactly(new MemoryLimitTooLow(world.worker(1).id(), 120, 100));
  }

  /**
   * Its first job came before its first reading, so the least value of the other workers is used.
   */
  @Test
  void aWorkerAboveItsMemoryLimitAtItsFirstReadingIsReplaced() {
    World world = World.of(2, 2).recycle(ABOVE_A_HUNDRED_BYTES).mayExceedMax().begins();
    world.rq.enqueue(Duration.ofSeconds(10));
    world.runs(1.5);
    FakeWorker busy = world.worker(1).isBusy() ? world.worker(1) : world.worker(2);
    FakeWorker idle = world.worker(1).isBusy() ? world.worker(2) : world.worker(1);
    world.launcher.memory(idle, 60);
    world.launcher.memory(busy, 150);
    world.runs(20);

    assertThat(busy.signals()).isEqualTo(1);
    assertThat(idle.signals()).isZero();
    assertThat(world.events.of(MemoryLimitTooLow.class)).isEmpty();
  }

  @Test
  void anIdleWorkerWithoutAHeartbeatIsReplacedWhileJobsWait() {
    World world = World.of(1, 1).mayExceedMax().runFor(5);
    world.worker(1).hangs();
    world.runs(60);
    assertThat(world.launched()).as("nobody needs it").isEqualTo(1);

    world.rq.enqueue(Duration.ofSeconds(1));
    world.runs(10);
    assertThat(world.launched()).isEqualTo(2);
    world.runs(60);
    assertThat(world.worker(1).wasKilled()).isTrue();
    assertThat(world.alive()).isEqualTo(1);
  }

  /** While Redis was away no heartbeat could be written. */
  @Test
  void anOutageDoesNotCountAsSilenceOfTheWorkers() {
    World world = World.of(2, 5).runFor(5);
    world.rq.goesAway("connection refused");
    world.runs(120);
    world.rq.comesBack();
    world.rq.enqueue(Duration.ofSeconds(1));
    world.supervisor.tick(world.messages());
    world.rq.requestSample(Set.of(), Set.of(), false);
    world.supervisor.tick(world.messages());
    world.runs(10);

    assertThat(world.events.of(WorkerOutdated.class)).isEmpty();
    assertThat(world.launched()).isEqualTo(2);
  }

  /** Stock RQ beats every 405 s while it is idle. */
  @Test
  void aWorkerOfStockRqMayBeSilent() {
    World world = World.of(2, 5).manners(FakeLauncher.Manners.UNGUARDED).runFor(100);
    world.rq.enqueue(Duration.ofSeconds(1));
    world.rq.requestSample(Set.of(), Set.of(), false);
    world.supervisor.tick(world.messages());
    world.runs(10);

    assertThat(world.events.of(WorkerOutdated.class)).isEmpty();
    assertThat(world.launched()).isEqualTo(2);
  }
}
