package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.PoolEvent.Degraded;
import io.rqorchestrator.event.PoolEvent.Recovered;
import io.rqorchestrator.event.WorkerEvent.StartFailed;
import io.rqorchestrator.event.WorkerEvent.WorkerReady;
import io.rqorchestrator.supervisor.FakeLauncher.Manners;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Workers that serve other queues than those that the pool watches. */
class SupervisorQueuesTest {

  /** As Frappe's command: in our host, under a name of its own. */
  private static final Manners OWN_NAME =
      new Manners(false, true, Optional.of(true), false, false, false);

  @Test
  void aWorkerOnOtherQueuesIsFoundByItsTokenAndReportedOnce() {
    World world = World.of(1, 5).manners(OWN_NAME).begins();
    world.rq.workersServe("bench:short", "bench:default");
    world.runs(100);

    assertThat(world.events.of(Degraded.class))
        .containsExactly(
            new Degraded(
                "w1 serves bench:short,bench:default, the pool watches default:"
                    + " name the queues as Redis has them, in this order"));
    assertThat(world.status().problem().orElseThrow()).startsWith("w1 serves bench:short,");
    assertThat(world.events.of(StartFailed.class)).as("it may be at a job of theirs").isEmpty();
    assertThat(world.events.of(WorkerReady.class)).as("it takes no job of the pool's").isEmpty();
    assertThat(world.launched()).isEqualTo(1);
  }

  @Test
  void aWorkerOnOtherQueuesIsFoundByItsName() {
    World world = World.of(1, 5).begins();
    world.rq.workersServe("short");
    world.runs(60);

    assertThat(world.events.of(Degraded.class)).hasSize(1);
    assertThat(world.events.of(WorkerReady.class)).isEmpty();
  }

  @Test
  void oneThatServesMoreOrLessTakesJobsAllTheSame() {
    World world = World.of(1, 5).begins();
    world.rq.workersServe("default", "low");
    world.runs(10);

    assertThat(world.events.of(Degraded.class))
        .extracting(Degraded::problem)
        .singleElement()
        .asString()
        .startsWith("w1 serves default,low, the pool watches default: ");
    assertThat(world.events.of(WorkerReady.class)).hasSize(1);
  }

  @Test
  void anotherMismatchIsReportedAgainAndSoIsItsEnd() {
    World world = World.of(1, 5).begins();
    world.rq.workersServe("default", "low");
    world.runs(10);
    world.rq.workersServe("default", "high");
    world.runs(10);
    world.rq.workersServe("default");
    world.runs(10);

    assertThat(world.events.of(Degraded.class)).hasSize(2);
    assertThat(world.events.of(Recovered.class)).hasSize(1);
    assertThat(world.status().problem()).isEmpty();
  }

  @Test
  void oldWorkersStayWhenTheirSuccessorsServeOtherQueues() {
    World world = World.of(1, 5).runFor(10);
    world.launcher.manners(OWN_NAME);
    world.rq.laterWorkersServe("short");
    world.asksToRestart();
    world.runs(120);

    assertThat(world.worker(1).takesJobs()).isTrue();
    assertThat(world.events.of(Degraded.class)).hasSize(1);
  }

  @Test
  void jobsOfOtherQueuesAreNoLoad() {
    World world = World.of(1, 5).begins();
    world.rq.workersServe("short");
    world.rq.enqueue(Duration.ofMinutes(10));
    world.runs(120);

    assertThat(world.status().load().erlang()).isZero();
    assertThat(world.worker(1).hasLostItsJob()).isFalse();
  }
}
