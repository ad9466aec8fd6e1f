package io.rqorchestrator.supervisor;

import static io.rqorchestrator.rq.RqWorkerDraft.rqWorker;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.rqorchestrator.control.Counters.ExitCount;
import io.rqorchestrator.control.PoolState;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.PoolStatus.ForeignRow;
import io.rqorchestrator.control.PoolStatus.WorkerActivity;
import io.rqorchestrator.control.PoolStatus.WorkerRow;
import io.rqorchestrator.event.Ending;
import io.rqorchestrator.event.PoolEvent.ForeignWorkersSeen;
import io.rqorchestrator.event.PoolEvent.OtherPoolSeen;
import io.rqorchestrator.scaling.Reason;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SupervisorStatusTest {

  @Test
  void showsWhatThePoolIsUpTo() {
    World world = World.of(1, 3).begins();
    world.rq.goesAway("connection refused");
    world.runs(5);
    assertThat(world.status().state()).isEqualTo(PoolState.WAITING_FOR_REDIS);
    assertThat(world.status().problem()).contains("Redis is away: connection refused");
    assertThat(world.status().redisUp()).isFalse();

    world.rq.comesBack();
    world.runs(5);
    assertThat(world.status().state()).isEqualTo(PoolState.RUNNING);
    assertThat(world.status().problem()).isEmpty();

    world.rq.suspend(true);
    world.runs(2);
    assertThat(world.status().state()).isEqualTo(PoolState.SUSPENDED);
    assertThat(world.status().redisUp()).isTrue();

    world.rq.suspend(false);
    world.launcher.fails("no memory");
    world.worker(1).exits(1);
    world.runs(20);
    assertThat(world.status().state()).isEqualTo(PoolState.DEGRADED);
    assertThat(world.status().problem().orElseThrow()).contains("no memory");
    assertThat(world.status().vacancies()).hasSize(1);
    assertThat(world.status().vacancies().get(0).failures()).isGreaterThan(2);

    world.asksToStop();
    world.runs(0.1);
    assertThat(world.status().state()).isEqualTo(PoolState.DRAINING);
  }

  @Test
  void isStartingUntilRedisWasHeardOfOnce() {
    World world = World.of(1, 3).begins();
    world.rq.hangs();
    world.runs(1);
    assertThat(world.status().state()).isEqualTo(PoolState.STARTING);
    assertThat(world.status().problem()).isEmpty();

    world.rq.comesBack();
    world.rq.goesAway("no answer");
    world.runs(2);
    assertThat(world.status().state()).isEqualTo(PoolState.WAITING_FOR_REDIS);
  }

  @Test
  void showsEachWorkerAndItsJob() {
    World world = World.of(2, 2).runFor(3);
    world.rq.enqueue(Duration.ofSeconds(60));
    world.runs(20);

    PoolStatus status = world.status();
    assertThat(status.workers())
        .extracting(WorkerRow::activity)
        .containsExactlyInAnyOrder(WorkerActivity.BUSY, WorkerActivity.IDLE);

    WorkerRow busy =
        status.workers().stream()
            .filter(row -> row.activity() == WorkerActivity.BUSY)
            .findFirst()
            .orElseThrow();
    assertThat(busy.job()).isPresent();
    assertThat(busy.jobFor().orElseThrow())
        .isBetween(Duration.ofSeconds(18), Duration.ofSeconds(20));
    assertThat(busy.age()).isBetween(Duration.ofSeconds(22), Duration.ofSeconds(23));
    assertThat(status.size().busy()).isEqualTo(1);
    assertThat(status.size().idle()).isEqualTo(1);
    assertThat(status.load().erlang()).isBetween(0.8, 1.0);
    assertThat(status.decision().orElseThrow().reason()).isEqualTo(Reason.Code.WITHIN_BAND);
  }

  @Test
  void countsWhatHappened() {
    World world = World.of(2, 2).runFor(30);
    world.worker(1).exits(1);
    world.runs(10);

    PoolStatus status = world.status();
    assertThat(status.counters().starts()).isEqualTo(3);
    assertThat(status.counters().exits()).contains(new ExitCount(Ending.CRASHED, 1));
    assertThat(status.counters().decisions()).isNotEmpty();
    assertThat(status.samples().taken()).isBetween(39L, 41L);
    assertThat(status.samples().took()).contains(Duration.ZERO);
    assertThat(status.queues()).hasSize(1);
  }

  @Test
  void workersOfOthersAreShownReportedOnceAndNotCounted() {
    World world = World.of(1, 3).runFor(3);
    world.rq.foreigner(
        rqWorker("other.1")
            .on("elsewhere", 7, world.ticks.now().wall())
            .heartbeat("2026")
            .job("x", world.ticks.now())
            .read());
    world.runs(30);

    assertThat(world.status().foreign())
        .extracting(ForeignRow::name, ForeignRow::busy)
        .containsExactly(tuple("other.1", true));
    assertThat(world.events.of(ForeignWorkersSeen.class))
        .extracting(ForeignWorkersSeen::describe)
        .containsExactly(
            "foreign workers on elsewhere take jobs from these queues, not counted and not touched:"
                + " other.1");
    assertThat(world.status().load().erlang()).isZero();
    assertThat(world.status().size().live()).isEqualTo(1);
  }

  @Test
  void anotherPoolOfOursIsNamedOnceAndWithoutAWarning() {
    World world = World.of(1, 3).begins();
    for (int number = 1; number <= 2; number++) {
      world.rq.foreigner(
          rqWorker("mail-w" + number)
              .on("here", number, world.ticks.now().wall())
              .heartbeat("2026")
              .pool("mail")
              .read());
    }
    world.runs(30);

    assertThat(world.events.of(OtherPoolSeen.class))
        .extracting(OtherPoolSeen::describe)
        .containsExactly(
            "pool mail on here takes jobs from these queues, too:"
                + " a backlog is shared with its workers");
    assertThat(world.events.of(ForeignWorkersSeen.class)).isEmpty();
    assertThat(world.status().foreign())
        .extracting(ForeignRow::pool)
        .containsExactly(Optional.of("mail"), Optional.of("mail"));
  }

  @Test
  void aWorkerOfOursThatHasGoneIsNoForeigner() {
    World world = World.of(2, 2).runFor(5);
    world.worker(1).exitsLeavingItsRecord(137);
    world.worker(2).exits(0);
    world.runs(60);
    assertThat(world.events.of(ForeignWorkersSeen.class)).isEmpty();
    assertThat(world.status().foreign()).isEmpty();
  }
}
