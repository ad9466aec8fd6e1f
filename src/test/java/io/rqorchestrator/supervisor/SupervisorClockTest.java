package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.ScalingEvent.Decided;
import io.rqorchestrator.rq.BusyReading;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A step of the wall clock has no effect on periods, timeouts and utilization. */
class SupervisorClockTest {

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void aStepOfTheWallClockChangesNoDecision(int hours) {
    assertThat(story(BusyReading.Source.EXACT, hours))
        .isEqualTo(story(BusyReading.Source.EXACT, 0));
  }

  /** RQ's own totals include a step during a job; the sizes stay the same. */
  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void aStepInRqsTotalsChangesNoSize(int hours) {
    assertThat(sizes(BusyReading.Source.DERIVED, hours))
        .isEqualTo(sizes(BusyReading.Source.DERIVED, 0));
  }

  private static List<String> story(BusyReading.Source source, int hours) {
    return play(source, hours).events.deeds();
  }

  private static List<Integer> sizes(BusyReading.Source source, int hours) {
    return play(source, hours).events.of(Decided.class).stream()
        .map(decided -> decided.decision().to())
        .toList();
  }

  /** Load, a crash with its backoff, a step in the middle of jobs, and calm. */
  private static World play(BusyReading.Source source, int hours) {
    World world = World.of(2, 5).source(source).begins();
    world.jobs(Duration.ofMillis(500), Duration.ofMillis(1100));
    world.runs(40.2);
    world.ticks.stepWall(Duration.ofHours(hours));
    world.runs(40);
    world.worker(1).exits(1);
    world.runs(0.3);
    world.ticks.stepWall(Duration.ofHours(hours));
    world.runs(40);
    world.noMoreJobs();
    world.runs(120);
    assertThat(world.alive()).isEqualTo(2);
    return world;
  }
}
