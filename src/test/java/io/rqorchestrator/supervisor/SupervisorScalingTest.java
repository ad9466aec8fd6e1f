package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.ScalingEvent.Decided;
import io.rqorchestrator.event.ScalingEvent.Measured;
import io.rqorchestrator.event.WorkerEvent.AwaitingIdle;
import io.rqorchestrator.event.WorkerEvent.WorkerDraining;
import io.rqorchestrator.event.WorkerEvent.WorkerReady;
import io.rqorchestrator.event.WorkerEvent.WorkerStarted;
import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.scaling.ScalingDecision.Grow;
import io.rqorchestrator.scaling.ScalingDecision.Shrink;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SupervisorScalingTest {

  private static final Duration LONG = Duration.ofSeconds(1000);

  @Test
  void startsMinWorkersAtTheFirstGoodSample() {
    World world = World.of(2, 5).runFor(3);

    assertThat(world.events.of(WorkerStarted.class))
        .extracting(WorkerStarted::role)
        .containsExactly(Role.CORE, Role.CORE);
    assertThat(world.events.timesOf(WorkerStarted.class)).allMatch(at -> at < 0.2);
    assertThat(world.launcher.all()).allMatch(FakeWorker::runsScheduler);
    assertThat(world.events.of(WorkerReady.class)).hasSize(2);
  }

  @Test
  void startsNoneWhileRedisIsAway() {
    World world = World.of(2, 5).begins();
    world.rq.goesAway("connection refused");
    world.runs(60);
    assertThat(world.launched()).isZero();

    world.rq.comesBack();
    world.runs(2);
    assertThat(world.launched()).isEqualTo(2);
  }

  @Test
  void anIdlePoolStaysAtMin() {
    World world = World.of(2, 5).runFor(300);

    assertThat(world.launched()).isEqualTo(2);
    assertThat(world.alive()).isEqualTo(2);
    assertThat(world.events.lines()).as("nothing new to tell").hasSize(5);
  }

  /** 2.2 erlang: the utilization of five workers is 44 %, that of four 55 %. */
  @Test
  void followsTheLoadUpOneAPeriodAndDownAgain() {
    World world = World.of(2, 5).begins();
    world.jobs(Duration.ofMillis(500), Duration.ofMillis(1100));
    world.runs(120);

    assertThat(changes(world)).containsExactly("2 -> 3", "3 -> 4", "4 -> 5");
    assertThat(decisionTimes(world, Grow.class)).isEqualTo(List.of(5.05, 10.05, 15.05));
    assertThat(world.alive()).isEqualTo(5);
    assertThat(utilization(world)).isBetween(0.42, 0.46);

    world.noMoreJobs();
    world.runs(120);

    assertThat(changes(world)).endsWith("5 -> 4", "4 -> 3", "3 -> 2").hasSize(6);
    assertThat(world.alive()).isEqualTo(2);
    assertThat(world.lostJobs()).isZero();
    assertThat(world.worker(1).signals() + world.worker(2).signals()).as("core").isZero();
  }

  @Test
  void staysWithinMinAndMaxWhateverTheLoad() {
    World world = World.of(2, 4).begins();
    world.jobs(Duration.ofMillis(100), Duration.ofSeconds(1));
    world.runs(100);
    world.noMoreJobs();
    world.rq.emptyTheQueue();
    world.runs(100);

    List<Integer> sizes =
        world.events.of(Measured.class).stream().skip(1).map(Measured::active).toList();
    assertThat(sizes).contains(2, 3, 4).allMatch(size -> 2 <= size && size <= 4);
  }

  @Test
  void everyChangeIsReportedWithItsReasonAndARepeatedHoldIsNot() {
    World world = World.of(2, 5).begins();
    world.jobs(Duration.ofMillis(500), Duration.ofMillis(1100));
    world.runs(120);

    List<Event.Level> levels =
        world.events.of(Decided.class).stream()
            .filter(decided -> !decided.decision().describe().startsWith("hold"))
            .map(Event::level)
            .toList();
    assertThat(levels).hasSize(3).containsOnly(Event.Level.CHANGE);
    assertThat(world.events.lines().stream().filter(line -> line.contains("hold at 5: util")))
        .hasSize(1);
  }

  /** Two long jobs make the pool grow, a third one, on the elastic worker, holds it at three. */
  private static World withALongJobOnTheElasticWorker() {
    World world = World.of(2, 3).threshold(0.9).runFor(1);
    world.rq.enqueue(Duration.ofSeconds(20));
    world.rq.enqueue(Duration.ofSeconds(20));
    world.runs(17);
    assertThat(world.alive()).isEqualTo(3);
    world.rq.enqueue(Duration.ofSeconds(150));
    world.runsUntil(60);
    assertThat(world.worker(3).isBusy()).isTrue();
    assertThat(world.worker(1).isBusy() || world.worker(2).isBusy()).isFalse();
    return world;
  }

  @Test
  void aShrinkWithoutAnIdleWorkerIsPostponedAndReportedOnce() {
    World world = withALongJobOnTheElasticWorker();
    world.runs(30);

    assertThat(world.events.of(AwaitingIdle.class)).containsExactly(new AwaitingIdle(1));
    assertThat(world.events.of(WorkerDraining.class)).isEmpty();
    assertThat(world.alive()).isEqualTo(3);
  }

  @Test
  void aPostponedShrinkIsCarriedOutWhenAWorkerGetsIdle() {
    World world = withALongJobOnTheElasticWorker();
    world.runsUntil(180);

    assertThat(world.events.of(WorkerDraining.class))
        .extracting(WorkerDraining::worker, WorkerDraining::reason)
        .containsExactly(tuple(new WorkerId(3), DrainReason.RETIRE));
    assertThat(world.lostJobs()).isZero();
    assertThat(world.alive()).isEqualTo(2);
  }

  @Test
  void aPostponedShrinkIsWithdrawnWhenTheNextDecisionHolds() {
    World world = withALongJobOnTheElasticWorker();
    world.rq.enqueue(LONG);
    world.runsUntil(169);
    assertThat(world.worker(3).isBusy()).isFalse();

    assertThat(world.events.of(WorkerDraining.class)).isEmpty();
    assertThat(world.alive()).isEqualTo(3);
  }

  @Test
  void aPostponementAfterAWithdrawalIsReportedAgain() {
    World world = withALongJobOnTheElasticWorker();
    world.rq.enqueue(Duration.ofSeconds(40));
    world.runsUntil(160);

    assertThat(world.worker(3).isBusy()).isTrue();
    assertThat(world.events.of(AwaitingIdle.class)).hasSize(2);
  }

  /** Redis was replaced by an empty one, say, and the worker hangs on a connection to the old. */
  @Test
  void aWorkerThatIsForgottenAndDoesNotWriteAgainIsReplaced() {
    World world = World.of(2, 3).mayExceedMax().runFor(10);
    world.worker(2).readable(false);
    world.runs(59);
    assertThat(world.launched()).isEqualTo(2);

    world.runs(10);
    assertThat(world.launched()).isEqualTo(3);
    assertThat(world.worker(2).signals()).isEqualTo(1);
    assertThat(world.alive()).isEqualTo(2);
  }

  @Test
  void aWorkerThatCannotBeReadKeepsThePoolFromShrinking() {
    World world = World.of(1, 3).begins();
    world.jobs(Duration.ofMillis(500), Duration.ofMillis(700));
    world.runs(60);
    assertThat(world.alive()).isEqualTo(3);

    world.worker(2).readable(false);
    world.noMoreJobs();
    world.runs(55);
    assertThat(world.alive()).isEqualTo(3);
    assertThat(lastReason(world)).contains(Reason.Code.NO_DATA);

    world.worker(2).readable(true);
    world.runs(60);
    assertThat(world.alive()).isEqualTo(1);
  }

  /** {@code --max-jobs}: the place is filled again in the same turn, and nothing backs off. */
  @Test
  void growsThoughAWorkerHasJustFinished() {
    World world = World.of(2, 5).begins();
    world.jobs(Duration.ofMillis(250), Duration.ofMillis(500));
    world.runsUntil(5);
    world.worker(1).exits(0);
    world.runs(0.1);

    assertThat(changes(world)).containsExactly("2 -> 3");
    assertThat(world.alive()).isEqualTo(3);
  }

  static Optional<Reason.Code> lastReason(World world) {
    List<Decided> decisions = world.events.of(Decided.class);
    return decisions.isEmpty()
        ? Optional.empty()
        : Optional.of(decisions.get(decisions.size() - 1).decision().reason().code());
  }

  private static double utilization(World world) {
    List<Measured> all = world.events.of(Measured.class);
    return all.get(all.size() - 1).utilization();
  }

  private static List<String> changes(World world) {
    return world.events.of(Decided.class).stream()
        .map(Decided::decision)
        .filter(decision -> decision instanceof Grow || decision instanceof Shrink)
        .map(decision -> decision.from() + " -> " + decision.to())
        .toList();
  }

  private static List<Double> decisionTimes(World world, Class<?> kind) {
    return world.events.entriesOf(Decided.class).stream()
        .filter(entry -> kind.isInstance(entry.event().decision()))
        .map(RecordingEvents.Entry::at)
        .toList();
  }
}
