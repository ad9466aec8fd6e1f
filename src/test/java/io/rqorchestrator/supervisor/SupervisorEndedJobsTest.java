package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.JobEvent.JobLeft;
import io.rqorchestrator.event.WorkerEvent.WorkerDraining;
import io.rqorchestrator.pool.DrainStep;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Before a worker is ended its job is looked up, and every ended job is named. */
class SupervisorEndedJobsTest {

  private static final Duration LONG = Duration.ofSeconds(1000);

  @Test
  void aColdStopNamesAJobThatBeganAfterTheNewestSample() {
    World world = World.of(1, 5).runFor(5.05);
    world.worker(1).isHanded(LONG);
    world.rq.hangs(); // so that no sample shows it
    world.asksToStop();
    world.runs(1.1);
    world.rq.comesBack();
    world.asksToStop();
    world.runs(0.6);

    assertThat(world.events.lines()).anyMatch(line -> line.endsWith("leaves job job-1 started"));
  }

  @Test
  void aColdStopWithoutAnAnswerComesWithinASecondAndSaysWhereItsKnowledgeIsFrom() {
    World world = World.of(1, 5).runFor(5);
    world.rq.enqueue(LONG);
    world.runs(2);
    world.rq.hangs();
    world.asksToStop();
    world.runs(2);
    world.asksToStop();
    world.runs(1);

    assertThat(world.worker(1).wasStoppedCold()).isTrue();
    assertThat(world.events.lines())
        .anyMatch(
            line ->
                line.endsWith(
                    "leaves job job-1 started, according to the newest sample; Redis does not answer"));
  }

  /** Neither a sample nor an answer says that it has no job, so it may have one. */
  @Test
  void aWorkerThatDoesNotGoIsNotTakenForFreeWithoutAFreshAnswer() {
    World world = World.of(1, 5).manners(FakeLauncher.Manners.STUBBORN).runFor(20);
    world.rq.ignoresQuestions(true);
    world.worker(1).exits(1);
    world.runs(20);
    world.asksToStop();
    world.runs(300);
    assertThat(world.events.of(WorkerDraining.class))
        .extracting(WorkerDraining::step)
        .containsOnly(DrainStep.ASKED);

    world.rq.ignoresQuestions(false);
    world.runs(60);
    assertThat(world.events.of(WorkerDraining.class))
        .extracting(WorkerDraining::step)
        .containsSequence(DrainStep.WOKEN, DrainStep.COLD, DrainStep.KILLED);
  }

  @Test
  void theDrainTimeoutMakesTheExitCodeOneIfItEndsAJob() throws InterruptedException {
    World world = World.of(1, 5).drainTimeout(Duration.ofSeconds(5)).runFor(5);
    world.rq.enqueue(LONG);
    world.runs(2);
    world.asksToStop();
    world.runs(20);
    world.mailbox.post(new Message.DrainRequest("again"));

    assertThat(world.events.lines()).anyMatch(line -> line.endsWith("leaves job job-1 started"));
    assertThat(world.supervisor.run()).isEqualTo(1);
  }

  @Test
  void aJobThatAWorkerTookAlongUnseenIsNamedAfterItsDeath() {
    World world = World.of(1, 5).runFor(5.05);
    world.worker(1).isHanded(LONG);
    world.worker(1).exitsLeavingItsRecord(137);
    world.runs(1);

    assertThat(world.events.of(JobLeft.class))
        .extracting(JobLeft::describe)
        .singleElement()
        .asString()
        .endsWith("died with job job-1 in hand");
  }
}
