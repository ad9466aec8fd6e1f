package io.rqorchestrator.supervisor;

import static io.rqorchestrator.supervisor.SupervisorScalingTest.lastReason;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.Ending;
import io.rqorchestrator.event.OperatorEvent.StopRequested;
import io.rqorchestrator.event.RedisEvent.RedisAway;
import io.rqorchestrator.event.RedisEvent.RedisBack;
import io.rqorchestrator.event.RedisEvent.Suspension;
import io.rqorchestrator.event.ScalingEvent.Decided;
import io.rqorchestrator.event.ScalingEvent.Measured;
import io.rqorchestrator.event.WorkerEvent.WorkerDraining;
import io.rqorchestrator.event.WorkerEvent.WorkerGone;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.rq.RqView;
import io.rqorchestrator.scaling.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SupervisorRedisTest {

  @Test
  void saysOnceThatRedisIsAwayAndOnceThatItIsBack() {
    World world = World.of(2, 5).begins();
    world.rq.goesAway("connection refused");
    world.runs(60);
    world.rq.comesBack();
    world.runs(10);

    assertThat(world.events.of(RedisAway.class))
        .containsExactly(new RedisAway("connection refused", RqView.LONGEST_RETRY));
    assertThat(world.events.of(RedisBack.class)).hasSize(1);
    assertThat(world.events.of(RedisBack.class).get(0).after())
        .isBetween(Duration.ofSeconds(59), Duration.ofSeconds(61));
  }

  @Test
  void saysSoWhenTheTroubleChanges() {
    World world = World.of(2, 5).begins();
    world.rq.goesAway("connection refused");
    world.runs(5);
    world.rq.goesAway("LOADING");
    world.runs(5);

    assertThat(world.events.of(RedisAway.class))
        .extracting(RedisAway::problem)
        .containsExactly("connection refused", "LOADING");
  }

  @Test
  void holdsThePoolWhileRedisIsAway() {
    World world = World.of(1, 3).begins();
    world.jobs(Duration.ofMillis(500), Duration.ofMillis(700));
    world.runs(60);
    assertThat(world.alive()).isEqualTo(3);

    world.noMoreJobs();
    world.rq.goesAway("connection refused");
    world.runs(300);
    assertThat(world.alive()).isEqualTo(3);
    assertThat(lastReason(world)).contains(Reason.Code.NO_DATA);

    world.rq.comesBack();
    world.runs(60);
    assertThat(world.alive()).isEqualTo(1);
  }

  @Test
  void anExitWhileRedisIsAwayIsNoCrashAndIsRefilledWhenItIsBack() {
    World world = World.of(2, 5).runFor(20);
    world.rq.goesAway("connection refused");
    world.runs(3);
    world.worker(1).exits(1);
    world.worker(2).exits(1);
    world.runs(300);
    assertThat(world.alive()).isZero();
    assertThat(world.launched()).isEqualTo(2);
    assertThat(world.events.of(WorkerGone.class))
        .extracting(WorkerGone::ending)
        .containsExactly(Ending.WITHOUT_REDIS, Ending.WITHOUT_REDIS);

    world.rq.comesBack();
    world.runs(1.1);
    assertThat(world.alive()).isEqualTo(2);
    assertThat(world.launcher.all()).allMatch(FakeWorker::runsScheduler);
  }

  @Test
  void noStartTimesOutWhileRedisIsAway() {
    World world = World.of(1, 5).manners(FakeLauncher.Manners.DEAF).runFor(10);
    world.rq.goesAway("connection refused");
    world.runs(300);

    assertThat(world.worker(1).wasKilled()).isFalse();
  }

  @Test
  void noticesARedisThatTakesTheQuestionAndNeverAnswers() {
    World world = World.of(1, 5).runFor(10);
    world.rq.hangs();
    world.runs(1.9);
    assertThat(world.events.of(RedisAway.class)).isEmpty();

    world.runs(1.2);
    assertThat(world.events.of(RedisAway.class))
        .containsExactly(new RedisAway("no answer", RqView.LONGEST_RETRY));
    world.runs(10);
    assertThat(lastReason(world)).contains(Reason.Code.NO_DATA);

    world.rq.comesBack();
    world.runs(10);
    assertThat(world.events.of(RedisBack.class)).hasSize(1);
    assertThat(lastReason(world)).contains(Reason.Code.AT_MIN);
  }

  @Test
  void asksAgainOnceAnIntervalWhateverTheAnswer() {
    World world = World.of(1, 5).begins();
    world.rq.hangs();
    world.runs(60);

    assertThat(world.launched()).isZero();
    assertThat(world.events.of(Decided.class))
        .extracting(decided -> decided.decision().reason().text())
        .containsOnly("no sample of Redis yet");
  }

  @Test
  void aSuspendedRqHoldsThePool() {
    World world = World.of(1, 3).begins();
    world.jobs(Duration.ofMillis(500), Duration.ofMillis(700));
    world.runs(60);
    assertThat(world.alive()).isEqualTo(3);

    world.noMoreJobs();
    world.rq.suspend(true);
    world.runs(120);
    assertThat(world.alive()).isEqualTo(3);
    assertThat(lastReason(world)).contains(Reason.Code.SUSPENDED);

    world.rq.suspend(false);
    world.runs(60);
    assertThat(world.alive()).isEqualTo(1);
    assertThat(world.events.of(Suspension.class))
        .containsExactly(new Suspension(true), new Suspension(false));
  }

  /** {@code rq worker} exits 1 at its start under {@code rq suspend}. */
  @Test
  void anExitWhileRqIsSuspendedIsNoCrash() {
    World world = World.of(1, 3).runFor(20);
    world.rq.suspend(true);
    world.runs(2);
    world.worker(1).exits(1);
    world.runs(60);
    assertThat(world.launched()).isEqualTo(1);

    world.rq.suspend(false);
    world.runs(1.1);
    assertThat(world.alive()).isEqualTo(1);
    assertThat(world.events.of(WorkerGone.class).get(0).ending()).isEqualTo(Ending.WITHOUT_REDIS);
  }

  @Test
  void aRefusalAtFirstContactEndsWithOne() throws InterruptedException {
    World world = World.of(2, 5).begins();
    world.rq.denies("WRONGPASS invalid username-password pair");

    assertThat(world.supervisor.run()).isEqualTo(1);
    assertThat(world.launched()).isZero();
    assertThat(world.events.of(StopRequested.class).get(0).by())
        .isEqualTo("WRONGPASS invalid username-password pair");
    assertThat(world.supervisor.refusal()).contains("WRONGPASS invalid username-password pair");
    assertThat(world.events.of(RedisAway.class)).as("nobody waits for it").isEmpty();
  }

  @Test
  void aRefusalLaterIsWaitedOut() {
    World world = World.of(2, 5).runFor(10);
    world.rq.denies("NOAUTH");

    assertThat(world.runs(60)).isFalse();
    assertThat(world.alive()).isEqualTo(2);
  }

  /** These workers can use Redis: only this daemon's password is wrong. */
  @Test
  void aRefusalAtFirstContactDoesNotStopWorkersThatAnEarlierDaemonLeft() {
    World world = World.of(1, 5).begins();
    FakeWorker survivor = world.launcher.survivor(71, Role.CORE, true);
    world.rq.denies("WRONGPASS");

    assertThat(world.runs(60)).isFalse();
    assertThat(survivor.signals()).isZero();
    assertThat(world.events.of(RedisAway.class)).hasSize(1);
  }

  @Test
  void aRefusalAfterAnOutageAtTheStartIsStillTheFirstContact() {
    World world = World.of(2, 5).begins();
    world.rq.goesAway("connection refused");
    world.runs(10);
    world.rq.denies("NOAUTH");

    assertThat(world.runs(2)).isTrue();
  }

  /** Work done during the outage is known when it is over. */
  @Test
  void goesOnAfterAnOutageWhereItWas() {
    World world = World.of(2, 5).runFor(10);
    world.rq.enqueue(Duration.ofSeconds(1000));
    world.runs(100);
    world.rq.hangs();
    world.runs(60);
    world.rq.comesBack();
    world.events.forget();
    world.runs(10);

    assertThat(world.events.of(Measured.class))
        .extracting(Measured::load)
        .isNotEmpty()
        .allMatch(load -> Math.abs(load - 1) < 1e-6);
    assertThat(world.launched()).isEqualTo(2);
    assertThat(world.events.of(WorkerDraining.class)).isEmpty();
  }
}
