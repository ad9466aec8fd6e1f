package io.rqorchestrator.supervisor;

import static io.rqorchestrator.rq.RqWorkerDraft.rqWorker;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.event.ScalingEvent.Decided;
import io.rqorchestrator.event.WorkerEvent.WorkerDraining;
import io.rqorchestrator.pool.RecycleRules;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.scaling.ScalingDecision;
import io.rqorchestrator.scaling.ScalingDecision.Grow;
import io.rqorchestrator.scaling.ScalingDecision.Hold;
import io.rqorchestrator.scaling.ScalingDecision.Shrink;
import io.rqorchestrator.scaling.ScalingPolicy;
import io.rqorchestrator.scaling.ScalingRules;
import io.rqorchestrator.scaling.TargetWait;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SupervisorTargetWaitTest {

  private static World.Plan plan(int min, int max) {
    TargetWait wait =
        new TargetWait(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(60));
    return World.of(min, max).policy(ScalingPolicy.of(ScalingRules.targetWait(wait)));
  }

  private static World pool(int min, int max) {
    return plan(min, max).begins();
  }

  @Test
  void aBurstIsAnsweredAtTheNextSampleByAsManyWorkersAsItNeeds() {
    World world = pool(1, 8);
    world.runsUntil(10);
    for (int i = 0; i < 40; i++) {
      world.rq.enqueue(Duration.ofMillis(500));
    }
    world.runs(1.1);

    assertThat(world.launched()).isEqualTo(8);
    ScalingDecision grown = changes(world).get(0);
    assertThat(grown.describe())
        .startsWith("grow 1 -> 8: wants ")
        .contains("(backlog 3")
        .endsWith("), at max 8");
  }

  /** Four of six jobs are taken by idle workers of others. */
  @Test
  void workersOfOthersAreCapacityForTheBacklogOfAQueueThatTheyServe() {
    World world = pool(1, 8);
    foreigners(world, 4, "default");
    world.runsUntil(10);
    sixLongJobs(world);
    world.runs(1.1);

    assertThat(changes(world).get(0).describe())
        .startsWith("grow 1 -> 2: backlog 5 (busy 1, foreign 0 busy, 4 idle, ");
  }

  @Test
  void workersOfOthersOnOtherQueuesAreNoCapacity() {
    World world = pool(1, 8);
    foreigners(world, 4, "mail");
    world.runsUntil(10);
    sixLongJobs(world);
    world.runs(1.1);

    assertThat(changes(world).get(0).describe())
        .startsWith("grow 1 -> 6: backlog 5 (busy 1, mean ");
  }

  /** They may hang or serve another Redis; their records do not show it. */
  @Test
  void workersOfOthersThatTakeNoWaitingJobAreNoCapacity() {
    World world = pool(1, 8);
    foreigners(world, 4, "default");
    world.runsUntil(10);
    sixLongJobs(world);
    world.runs(5);

    assertThat(world.launched()).isGreaterThan(2);
  }

  private static void foreigners(World world, int count, String queue) {
    for (int number = 1; number <= count; number++) {
      world.rq.foreigner(
          rqWorker("other-" + number)
              .on("elsewhere", number, world.ticks.now().wall())
              .heartbeat("2026")
              .serving(queue)
              .read());
    }
  }

  private static void sixLongJobs(World world) {
    for (int i = 0; i < 6; i++) {
      world.rq.enqueue(Duration.ofMinutes(1));
    }
  }

  /** At max the step and the hold after it have the same reason. */
  @Test
  void theHistoryKeepsAStepBesideTheHoldsThatFollow() {
    EventHistory history = new EventHistory();
    World world = plan(1, 8).alsoTo(history).begins();
    world.runsUntil(10);
    for (int i = 0; i < 400; i++) {
      world.rq.enqueue(Duration.ofMillis(500));
    }
    world.runs(6);

    assertThat(history.newest(1000))
        .extracting(entry -> entry.event().describe())
        .anyMatch(text -> text.startsWith("grow 1 -> 8: wants "))
        .anyMatch(text -> text.startsWith("hold at 8: wants "));
  }

  /** One worker after another is recycled without a pause. */
  @Test
  void thePoolGrowsAlthoughWorkersAreRecycledAllTheTime() {
    World world =
        plan(2, 8)
            .recycle(new RecycleRules(OptionalLong.of(3), Optional.empty(), OptionalLong.empty()))
            .mayExceedMaxByTheSurge()
            .begins();
    world.jobs(Duration.ofMillis(100), Duration.ofMillis(300));
    world.runsUntil(60);

    assertThat(world.status().size().active()).isGreaterThan(4);
    assertThat(world.lostJobs()).isZero();
    world.noMoreJobs();
    world.runsUntil(160);
    assertThat(world.alive()).isEqualTo(2);
  }

  @Test
  void noSecondStartForTheSameBacklog() {
    World world = pool(1, 20);
    world.runsUntil(10);
    for (int i = 0; i < 5; i++) {
      world.rq.enqueue(Duration.ofSeconds(3));
    }
    world.runs(5);

    assertThat(world.launched()).isEqualTo(5);
  }

  @Test
  void afterABurstThePoolShrinksOnceItsHoldIsOver() {
    World world = pool(1, 8);
    world.runsUntil(10);
    for (int i = 0; i < 40; i++) {
      world.rq.enqueue(Duration.ofMillis(500));
    }
    world.runsUntil(70);

    assertThat(world.alive()).isEqualTo(1);
    assertThat(world.lostJobs()).isZero();
    assertThat(world.events.entriesOf(Decided.class))
        .filteredOn(entry -> entry.event().decision() instanceof Shrink)
        .first()
        .satisfies(entry -> assertThat(entry.at()).isBetween(15.0, 25.0));
  }

  /** Four workers are held for minutes; a job that comes then finds no one, so one is started. */
  @Test
  void workersHeldByLongJobsDoNotCountAsCapacity() {
    World world = pool(1, 10);
    for (int i = 0; i < 4; i++) {
      world.rq.enqueue(Duration.ofMinutes(10));
    }
    world.runsUntil(200);
    assertThat(world.alive()).isEqualTo(4);

    int before = world.launched();
    world.rq.enqueue(Duration.ofSeconds(2));
    world.runs(3);

    assertThat(world.launched()).isEqualTo(before + 1);
  }

  @Test
  void everyHoldNamesWhatBinds() {
    World world = pool(2, 3);
    world.runsUntil(10);
    assertThat(last(world).describe())
        .startsWith("hold at 2: wants 0 (nothing to do")
        .endsWith("at min 2");

    for (int i = 0; i < 60; i++) {
      world.rq.enqueue(Duration.ofSeconds(2));
    }
    world.runs(5);
    assertThat(last(world)).isInstanceOf(Hold.class);
    assertThat(last(world).reason().code()).isEqualTo(Reason.Code.AT_MAX);
    assertThat(last(world).wants()).isGreaterThan(3);
  }

  /** A job every half second that takes 1.1 seconds: 2.2 erlang for ever. */
  @Test
  void aSteadyStreamSettlesAtOneSize() {
    World world = pool(1, 10);
    world.jobs(Duration.ofMillis(500), Duration.ofMillis(1100));
    world.runsUntil(60);
    int settled = world.alive();
    int launched = world.launched();
    world.runsUntil(600);

    assertThat(settled).isBetween(3, 5);
    assertThat(world.alive()).isEqualTo(settled);
    assertThat(world.launched()).isEqualTo(launched);
    assertThat(world.events.entriesOf(WorkerDraining.class))
        .allSatisfy(entry -> assertThat(entry.at()).isLessThan(60));
  }

  @Test
  void growsFromNothingAndShrinksToNothing() {
    World world = pool(0, 5);
    world.runsUntil(10);
    assertThat(world.alive()).isZero();
    world.rq.enqueue(Duration.ofSeconds(1));
    world.rq.enqueue(Duration.ofSeconds(1));
    world.runs(2);
    assertThat(world.alive()).isEqualTo(2);

    world.runs(60);
    assertThat(world.alive()).isZero();
    assertThat(world.launched()).isEqualTo(2);
  }

  private static List<ScalingDecision> changes(World world) {
    return world.events.of(Decided.class).stream()
        .map(Decided::decision)
        .filter(decision -> decision instanceof Grow || decision instanceof Shrink)
        .toList();
  }

  private static ScalingDecision last(World world) {
    List<Decided> all = world.events.of(Decided.class);
    return all.get(all.size() - 1).decision();
  }
}
