package io.rqorchestrator.supervisor;

import static io.rqorchestrator.rq.RqWorkerDraft.rqWorker;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.OrphanEvent.DeadWorkerRecordRemoved;
import io.rqorchestrator.event.PoolEvent.ForeignWorkersSeen;
import io.rqorchestrator.event.PoolEvent.Unguarded;
import io.rqorchestrator.event.ScalingEvent.Measured;
import io.rqorchestrator.event.WorkerEvent.WorkerReady;
import io.rqorchestrator.rq.Readings;
import io.rqorchestrator.rq.RqWorkerDraft;
import io.rqorchestrator.rq.WorkerState;
import io.rqorchestrator.supervisor.FakeLauncher.Manners;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which record in Redis belongs to which worker. */
class SupervisorMatchingTest {

  /** As Django's and Frappe's entries: in our host, under a name that RQ has chosen. */
  private static final Manners OWN_NAME =
      new Manners(false, true, Optional.of(true), false, false, false);

  private static final Manners OWN_NAME_AND_DEAF =
      new Manners(false, true, Optional.of(true), true, false, false);

  @Test
  void aWorkerWithANameOfOursIsFoundByIt() {
    World world = World.of(2, 5).runFor(3);

    assertThat(world.rq.askedFor()).containsExactlyInAnyOrder("rq-w1", "rq-w2");
    assertThat(world.events.of(WorkerReady.class)).hasSize(2);
  }

  @Test
  void aWorkerWithANameOfItsOwnIsFoundByItsHostAndProcess() {
    World world = World.of(2, 5).manners(FakeLauncher.Manners.PLAIN).runFor(0.3);
    assertThat(world.rq.askedFor()).isEmpty();

    world.runs(3);
    assertThat(world.events.of(WorkerReady.class)).hasSize(2);
    assertThat(world.rq.askedFor()).containsExactlyInAnyOrder("rq-w1", "rq-w2");
  }

  @Test
  void aRecordOfAnotherHostOrAnEarlierLifeIsNotOurs() {
    World world = World.of(1, 5).begins();
    world.launcher.manners(
        new FakeLauncher.Manners(false, false, Optional.empty(), true, false, false));
    Tick now = world.ticks.now();
    world.rq.foreigner(rqWorker("elsewhere").on("there", 1001, now.wall()).read());
    world.rq.foreigner(rqWorker("earlier").on("here", 1001, now.wall().minusSeconds(60)).read());
    world.rq.foreigner(rqWorker("other").on("here", 4711, now.wall()).read());
    world.rq.foreigner(rqWorker("dead").on("here", 1001, now.wall()).dead().read());
    world.rq.foreigner(rqWorker("unknown").read());
    world.runs(10);

    assertThat(world.events.of(WorkerReady.class)).isEmpty();
  }

  @Test
  void aRecordWithTheTokenOfAnotherIsNotOursThoughHostAndProcessAreTheSame() {
    World world = World.of(1, 5).manners(OWN_NAME_AND_DEAF).begins();
    world.rq.foreigner(inAnotherContainer(world).token(Optional.of("another")).read());
    world.runs(10);

    assertThat(world.events.of(WorkerReady.class)).isEmpty();
  }

  @Test
  void aWorkerWithANameOfItsOwnIsFoundByItsTokenAmongThoseOfTheSameHostAndProcess() {
    World world = World.of(1, 5).manners(OWN_NAME).begins();
    world.rq.foreigner(inAnotherContainer(world).token(Optional.of("another")).read());
    world.rq.foreigner(
        rqWorker("without-a-host").on("here", 1001, world.ticks.now().wall()).read());
    world.runs(10);

    assertThat(world.rq.askedFor()).containsExactly("rq-w1");
  }

  @Test
  void aRecordThatOnlyHostAndProcessSayIsOursIsNeverRemoved() {
    World world = World.of(1, 5).manners(FakeLauncher.Manners.PLAIN).runFor(10);
    world.worker(1).exitsLeavingItsRecord(1);
    world.runs(60);

    assertThat(world.removed).isEmpty();
    assertThat(world.events.of(DeadWorkerRecordRemoved.class)).isEmpty();
    assertThat(world.events.of(ForeignWorkersSeen.class)).isEmpty();
  }

  @Test
  void aRecordThatBeatsAfterItsWorkersDeathIsSomebodyElses() {
    World world = World.of(1, 5).manners(FakeLauncher.Manners.PLAIN).runFor(10);
    world.worker(1).exitsLeavingItsRecord(1);
    world.runs(5);
    world.rq.foreigner(rqWorker("rq-w1").on("here", 1001, Instant.EPOCH).heartbeat("new").read());
    world.rq.forget("rq-w1");
    world.runs(5);

    assertThat(world.events.of(ForeignWorkersSeen.class)).hasSize(1);
  }

  @Test
  void theRecordOfADeadWorkerIsRemovedByItsToken() {
    World world = World.of(1, 5).manners(OWN_NAME).runFor(10);
    world.worker(1).exitsLeavingItsRecord(1);
    world.runs(3);

    assertThat(world.removed).containsExactly("rq-w1");
  }

  @Test
  void aWorkerThatDiedBeforeASampleHasShownItIsFoundByItsToken() {
    World world = World.of(1, 5).manners(OWN_NAME).runFor(0.3);
    world.rq.foreigner(inAnotherContainer(world).token(Optional.of("token-of-rq-w1")).read());
    world.worker(1).exits(1);
    world.runs(5);

    assertThat(world.removed).containsExactly("container");
  }

  @Test
  void aWorkerThatDiedWhileNoDaemonWasThereIsFoundByItsToken() {
    World world = World.of(1, 5).begins();
    world.launcher.recordsDead("", "its-token");
    world.rq.foreigner(
        inAnotherContainer(world).token(Optional.of("its-token")).heartbeat("last").read());
    world.runs(5);

    assertThat(world.removed).containsExactly("container");
    assertThat(world.events.of(ForeignWorkersSeen.class)).isEmpty();
  }

  /** Its record stays for some samples, until it is removed. */
  @ParameterizedTest
  @MethodSource("manners")
  void aWorkerThatDiedIsShownNoMore(Manners manners) {
    World world = World.of(1, 5).manners(manners).runFor(10);
    world.worker(1).exitsLeavingItsRecord(1);
    world.runs(0.1);

    for (int step = 0; step < 100; step++) {
      world.runs(0.1);
      assertThat(world.status().workers())
          .as("after %s steps", step)
          .noneMatch(row -> row.number() == 1);
      assertThat(world.status().foreign()).as("after %s steps", step).isEmpty();
    }
    assertThat(world.events.of(ForeignWorkersSeen.class)).isEmpty();
  }

  static List<Manners> manners() {
    return List.of(Manners.GOOD, OWN_NAME, Manners.PLAIN);
  }

  /** The state file of the dead daemon has its name, or only its token. */
  @ParameterizedTest
  @CsvSource({"container,''", "container,its-token", "'',its-token"})
  void aDeadDaemonsDeadWorkerIsNoStranger(String name, String token) {
    World world = World.of(1, 5).begins();
    world.launcher.recordsDead(name, token);
    world.rq.foreigner(
        inAnotherContainer(world).token(Optional.of("its-token")).heartbeat("last").read());
    for (int step = 0; step < 100; step++) {
      world.runs(0.1);
      assertThat(world.status().foreign()).as("after %s steps", step).isEmpty();
    }

    assertThat(world.removed).containsExactly("container");
    assertThat(world.events.of(ForeignWorkersSeen.class)).isEmpty();
  }

  private static RqWorkerDraft inAnotherContainer(World world) {
    return rqWorker("container").on("here", 1001, world.ticks.now().wall());
  }

  @Test
  void workersOfOthersAreNoLoadOfOurs() {
    World world = World.of(1, 5).begins();
    world.rq.foreigner(
        rqWorker("other")
            .state(WorkerState.BUSY)
            .busy(Readings.exact(0, world.ticks.now()))
            .on("here", 4711, world.ticks.now().wall())
            .read());
    world.runs(60);

    List<Measured> measured = world.events.of(Measured.class);
    assertThat(measured.get(measured.size() - 1).load()).isZero();
    assertThat(world.alive()).isEqualTo(1);
  }

  @Test
  void aLongLivedWorkerIsMeasuredFromItsSpawn() {
    World world = World.of(1, 1).begins();
    world.rq.enqueue(Duration.ofSeconds(1000));
    world.runs(31);

    List<Measured> measured = world.events.of(Measured.class);
    assertThat(measured.get(measured.size() - 1).load()).isBetween(0.95, 1.0);
  }

  @Test
  void saysOnceThatTheHostDoesNotKnowThisRq() {
    World world = World.of(3, 5).manners(FakeLauncher.Manners.UNGUARDED).runFor(10);

    assertThat(world.events.of(Unguarded.class)).hasSize(1);
  }

  @Test
  void aPlainWorkerIsNotCalledUnguardedAgain() {
    World world = World.of(1, 5).manners(FakeLauncher.Manners.PLAIN).runFor(10);

    assertThat(world.events.of(Unguarded.class)).isEmpty();
  }
}
