package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.control.Command;
import io.rqorchestrator.control.PoolState;
import io.rqorchestrator.control.SizeOverride;
import io.rqorchestrator.event.OperatorEvent.CommandAnswered;
import io.rqorchestrator.event.OperatorEvent.SizeOverrideRecalled;
import io.rqorchestrator.event.ScalingEvent.Decided;
import io.rqorchestrator.event.WorkerEvent.WorkerDraining;
import io.rqorchestrator.event.WorkerEvent.WorkerOutdated;
import io.rqorchestrator.event.WorkerEvent.WorkerStarted;
import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.scaling.Aim;
import io.rqorchestrator.scaling.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SupervisorOperatorTest {

  private static Command bounds(int min, int max) {
    return new Command.Set(OptionalInt.of(min), OptionalInt.of(max), Optional.empty());
  }

  private static Command aim(Aim aim) {
    return new Command.Set(OptionalInt.empty(), OptionalInt.empty(), Optional.of(aim));
  }

  private static String lastDecision(World world) {
    var decisions = world.events.of(Decided.class);
    return decisions.get(decisions.size() - 1).describe();
  }

  @Test
  void holdsThePoolAtASizeUntilTheLoadMayDecideAgain() {
    World world = World.of(1, 5).runFor(3);
    world.operator(new Command.Scale(3));
    world.runs(3);
    assertThat(world.answer()).isInstanceOf(Command.Answer.Accepted.class);
    assertThat(world.answer().text()).isEqualTo("held at 3 (was 1); scale auto ends that");
    assertThat(world.alive()).isEqualTo(3);

    world.runs(120);
    assertThat(world.alive()).as("idle, and held").isEqualTo(3);
    assertThat(lastDecision(world))
        .isEqualTo("hold at 3: held at 3 by an operator, scale auto ends that");
    assertThat(world.status().state()).isEqualTo(PoolState.HELD);
    assertThat(world.status().size().heldAt()).hasValue(3);

    world.operator(new Command.Auto());
    world.runs(120);
    assertThat(world.alive()).as("idle, and free").isEqualTo(1);
    assertThat(world.status().state()).isEqualTo(PoolState.RUNNING);
  }

  @Test
  void actsOnACommandAtOnce() {
    World world = World.of(1, 5).runFor(11);
    world.operator(new Command.Scale(4));
    world.runs(0.1);

    assertThat(world.launched()).isEqualTo(4);
    assertThat(world.events.of(Decided.class))
        .last()
        .satisfies(
            decided -> assertThat(decided.decision().reason().code()).isEqualTo(Reason.Code.HELD))
        .satisfies(decided -> assertThat(decided.describe()).startsWith("grow 1 -> 4: held at 4"));
  }

  @Test
  void holdsFewerWorkersThanTheLoadAsksFor() {
    World world = World.of(0, 5).begins();
    world.jobs(Duration.ofMillis(200), Duration.ofSeconds(1));
    world.runs(60);
    assertThat(world.alive()).isEqualTo(5);
    world.operator(new Command.Scale(2));
    world.runs(30);
    assertThat(world.alive()).isEqualTo(2);
    assertThat(world.lostJobs()).isZero();

    world.operator(new Command.Scale(0));
    world.runs(30);
    assertThat(world.alive()).as("zero is a size, too").isZero();
  }

  @Test
  void oneMoreIsOneMoreThanTheTargetHoweverQuicklyItIsRequested() {
    World world = World.of(1, 5).runFor(3);
    world.operator(new Command.ScaleBy(1));
    world.operator(new Command.ScaleBy(1));
    world.runs(3);
    assertThat(world.alive()).isEqualTo(3);

    world.operator(new Command.ScaleBy(-1));
    world.runs(3);
    assertThat(world.alive()).isEqualTo(2);
  }

  @Test
  void aPausedPoolThatShrinksToALowerMaxSaysSo() {
    World world = World.of(1, 5).runFor(3);
    world.operator(new Command.Scale(5));
    world.runs(3);
    world.operator(new Command.Auto());
    world.operator(new Command.Pause());
    world.runs(1);
    world.operator(bounds(1, 3));
    world.runs(10);

    assertThat(world.alive()).isEqualTo(3);
    assertThat(world.events.of(Decided.class))
        .extracting(Decided::describe)
        .anyMatch(text -> text.startsWith("shrink 5 -> 3: paused by an operator"));
  }

  @Test
  void refusesASizeBeyondTheBoundsAndSaysWhy() {
    World world = World.of(1, 3).runFor(3);
    world.operator(new Command.Scale(4));
    world.runs(3);
    assertThat(world.answer().refusal())
        .contains("size (4) must be within 1..3: name another size, or change the bounds by set");

    world.operator(new Command.ScaleBy(-1));
    world.runs(3);
    assertThat(world.answer().refusal().orElseThrow()).startsWith("size (0) must be within 1..3");
    assertThat(world.alive()).isEqualTo(1);
    assertThat(world.events.of(CommandAnswered.class))
        .extracting(CommandAnswered::describe)
        .contains(
            "operator test: scale 4: refused: size (4) must be within 1..3: name another size, or"
                + " change the bounds by set");
  }

  @Test
  void aPausedPoolNeitherGrowsNorShrinksButReplacesItsDead() {
    World world = World.of(2, 5).runFor(3);
    world.operator(new Command.Pause());
    world.jobs(Duration.ofMillis(200), Duration.ofSeconds(1));
    world.runs(60);
    assertThat(world.alive()).as("busy, and paused").isEqualTo(2);
    assertThat(lastDecision(world)).isEqualTo("hold at 2: paused by an operator, resume ends that");

    world.worker(1).exits(1);
    world.runs(10);
    assertThat(world.alive()).as("the dead one is replaced").isEqualTo(2);

    world.operator(new Command.Resume());
    world.runs(60);
    assertThat(world.alive()).as("busy, and free").isEqualTo(5);
  }

  @Test
  void resumeEndsAPauseAndNothingElse() {
    World world = World.of(1, 5).begins();
    world.operator(new Command.Resume());
    world.runs(1);
    assertThat(world.answer().text()).isEqualTo("was not paused: the size follows the load");

    world.operator(new Command.Scale(2));
    world.operator(new Command.Resume());
    world.runs(1);
    assertThat(world.answer().refusal())
        .contains("the pool is held at 2, not paused: scale auto ends that");
  }

  @Test
  void aPauseDoesNotEndAHold() {
    World world = World.of(1, 5).begins();
    world.operator(new Command.Pause());
    world.operator(new Command.Scale(3));
    world.runs(1);
    assertThat(world.answer().text())
        .isEqualTo("held at 3 (was paused at 1); scale auto ends that");

    world.operator(new Command.Pause());
    world.runs(1);
    assertThat(world.answer().text()).isEqualTo("held at 3 already; scale auto ends that");

    world.operator(new Command.Resume());
    world.runs(60);
    assertThat(world.alive()).isEqualTo(3);
  }

  @Test
  void aSizeOverrideSurvivesTheDaemon() {
    FakeSizeOverrideStore store = new FakeSizeOverrideStore();
    World first = World.of(1, 5).sizeOverride(store).begins();
    first.operator(new Command.Scale(3));
    first.runs(1);
    assertThat(store.recall()).isEqualTo(new SizeOverride.HeldAt(3));

    World second = World.of(1, 5).sizeOverride(store).runFor(60);
    assertThat(second.alive()).isEqualTo(3);
    assertThat(second.events.of(SizeOverrideRecalled.class))
        .extracting(SizeOverrideRecalled::describe)
        .containsExactly("held at 3 by an operator before this daemon began; scale auto ends that");

    World narrower = World.of(1, 2).sizeOverride(store).runFor(60);
    assertThat(narrower.alive()).as("the bounds always win").isEqualTo(2);
  }

  @Test
  void saysThatARestartWillForgetIfNothingCanBeKept() {
    FakeSizeOverrideStore store = new FakeSizeOverrideStore();
    store.failWith("disk full");
    World world = World.of(1, 5).sizeOverride(store).begins();
    world.operator(new Command.Scale(3));
    world.runs(3);
    assertThat(world.answer().text()).endsWith("; not kept for the next daemon: disk full");
    assertThat(world.alive()).isEqualTo(3);
  }

  @Test
  void otherBoundsTakeEffectAtOnce() {
    World world = World.of(1, 5).runFor(3);
    world.operator(bounds(3, 4));
    world.runs(3);
    assertThat(world.answer().text())
        .isEqualTo(
            "1..5 workers, utilization threshold 0.5 -> 3..4 workers, utilization threshold 0.5 until the daemon ends");
    assertThat(world.alive()).isEqualTo(3);
    assertThat(world.events.of(WorkerStarted.class))
        .as("what is started below min is core")
        .extracting(WorkerStarted::role)
        .containsOnly(Role.CORE);

    world.operator(bounds(1, 1));
    world.runs(3);
    assertThat(world.alive()).isEqualTo(1);
    assertThat(world.status().size().max()).isEqualTo(1);
  }

  @Test
  void aLowerMaxDoesNotWaitForIdleWorkersAndLosesNoJob() {
    World world = World.of(0, 5).begins();
    world.jobs(Duration.ofMillis(150), Duration.ofSeconds(1));
    world.runs(60);
    assertThat(world.alive()).isEqualTo(5);
    world.operator(bounds(0, 2));
    world.runs(10);
    assertThat(world.alive()).isEqualTo(2);
    assertThat(world.lostJobs()).isZero();
  }

  @Test
  void boundsThatCannotBeAreRefused() {
    World world = World.of(1, 5).begins();
    world.operator(bounds(4, 3));
    world.runs(3);
    assertThat(world.answer().refusal()).contains("--min-workers must not exceed --max-workers");
    assertThat(world.status().size().max()).isEqualTo(5);
  }

  @Test
  void anotherThresholdIsTheNextDecisionsOwn() {
    World world = World.of(1, 5).begins();
    world.jobs(Duration.ofSeconds(1), Duration.ofMillis(400));
    world.runs(60);
    assertThat(world.alive()).isEqualTo(1);

    world.operator(aim(new Aim.Utilization(0.3)));
    world.runs(1);
    assertThat(world.answer().text())
        .isEqualTo(
            "1..5 workers, utilization threshold 0.5 -> 1..5 workers, utilization threshold 0.3 until the daemon ends");
    assertThat(world.alive()).isEqualTo(2);
    assertThat(world.status().load().threshold()).hasValue(0.3);
  }

  @Test
  void aWaitCanTakeTheThresholdsPlaceAndTheThresholdThatOfTheWait() {
    World world = World.of(1, 5).begins();
    world.operator(aim(new Aim.Wait(Duration.ofSeconds(1))));
    world.runs(1);
    assertThat(world.answer().text())
        .isEqualTo(
            "1..5 workers, utilization threshold 0.5 -> 1..5 workers, target wait 1s until the"
                + " daemon ends");

    world.jobs(Duration.ofMillis(50), Duration.ofSeconds(1));
    world.runs(4);
    assertThat(world.alive()).isEqualTo(5);
    assertThat(world.status().load().threshold()).isEmpty();
    assertThat(world.status().load().targetWait()).contains(Duration.ofSeconds(1));

    world.operator(aim(new Aim.Utilization(0.6)));
    world.runs(1);
    assertThat(world.status().load().threshold()).hasValue(0.6);
    assertThat(world.status().load().targetWait()).isEmpty();
  }

  @Test
  void aHeldSizeGivesWayToNewBounds() {
    World world = World.of(1, 5).begins();
    world.operator(new Command.Scale(5));
    world.runs(3);
    world.operator(bounds(1, 2));
    world.runs(10);
    assertThat(world.answer().text()).endsWith("; held at 2");
    assertThat(world.status().size().heldAt()).hasValue(2);
    assertThat(world.alive()).isEqualTo(2);
  }

  /** At min 0 the last worker may be any of them, and due jobs need its scheduler. */
  @Test
  void atMinZeroElasticWorkersWithoutASchedulerAreReplaced() {
    World world = World.of(1, 5).mayExceedMax().begins();
    world.operator(new Command.Scale(3));
    world.runs(5);
    assertThat(world.launcher.alive()).filteredOn(FakeWorker::runsScheduler).hasSize(1);

    world.operator(bounds(0, 5));
    world.runs(60);
    assertThat(world.events.of(WorkerOutdated.class)).hasSize(2);
    assertThat(world.launcher.alive()).hasSize(3).allMatch(FakeWorker::runsScheduler);
  }

  @Test
  void aRestartReplacesEveryWorker() {
    World world = World.of(2, 5).mayExceedMax().runFor(5);
    world.operator(new Command.Restart());
    world.runs(0.1);
    assertThat(world.answer().text()).isEqualTo("2 workers are replaced, one after the other");
    assertThat(world.status().state()).isEqualTo(PoolState.RESTARTING);

    world.runs(60);
    assertThat(world.launched()).isEqualTo(4);
    assertThat(world.alive()).isEqualTo(2);
  }

  @Test
  void aDrainStopsThePoolAndNothingElseIsTakenThen() {
    World world = World.of(2, 5).runFor(5);
    world.operator(new Command.Drain());
    world.operator(new Command.Scale(5));

    assertThat(world.runs(30)).isTrue();
    assertThat(world.answers.get(0).text())
        .isEqualTo("the pool stops; 2 workers finish their jobs first");
    assertThat(world.answers.get(1).refusal())
        .contains("the pool is stopping: 2 workers have not ended");
    assertThat(world.events.of(WorkerDraining.class))
        .extracting(WorkerDraining::reason)
        .containsOnly(DrainReason.STOP);
  }

  /** When a service stops a minute after a drain, that is no second stop. */
  @Test
  void aSignalAfterADrainIsTheFirstOne() {
    World world = World.of(1, 5).runFor(5);
    world.beginsAJob(Duration.ofSeconds(40));
    world.operator(new Command.Drain());
    world.runs(5);
    world.asksToStop();

    assertThat(world.runs(60)).isTrue();
    assertThat(world.lostJobs()).isZero();
  }

  @Test
  void nothingIsStartedForAnOperatorWhileRedisIsAway() {
    World world = World.of(1, 5).runFor(3);
    world.rq.goesAway("connection refused");
    world.runs(5);
    world.operator(new Command.Scale(4));
    world.runs(30);
    assertThat(world.alive()).isEqualTo(1);

    world.rq.comesBack();
    world.runs(10);
    assertThat(world.alive()).isEqualTo(4);
  }
}
