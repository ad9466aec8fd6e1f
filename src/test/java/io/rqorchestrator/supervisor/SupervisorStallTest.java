package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.control.DroppedLines;
import io.rqorchestrator.event.DaemonEvent.LinesDropped;
import io.rqorchestrator.event.DaemonEvent.LoopStalled;
import io.rqorchestrator.event.RedisEvent.RedisAway;
import io.rqorchestrator.event.WorkerEvent.WorkerDraining;
import io.rqorchestrator.event.WorkerEvent.WorkerReady;
import io.rqorchestrator.pool.DrainStep;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The daemon stood still for a while: silence in that time proves nothing. */
class SupervisorStallTest {

  /** Only the daemon stands still; the workers go on. */
  private static void stalls(World world, double seconds) {
    world.ticks.advance(Duration.ofMillis(Math.round(seconds * 1000)));
    world.supervisor.tick(world.messages());
  }

  private static List<DrainStep> steps(World world) {
    return world.events.of(WorkerDraining.class).stream().map(WorkerDraining::step).toList();
  }

  @Test
  void aStallIsReportedOnce() {
    World world = World.of(1, 5).runFor(5);
    stalls(world, 20);
    world.runs(60);

    assertThat(world.events.of(LoopStalled.class))
        .singleElement()
        .extracting(LoopStalled::by)
        .isEqualTo(Duration.ofSeconds(19));
  }

  @Test
  void aPauseBetweenTwoTurnsIsNoStall() {
    World world = World.of(1, 5).runFor(5);
    stalls(world, 5.9);
    assertThat(world.events.of(LoopStalled.class)).isEmpty();
  }

  @Test
  void redisDoesNotCountAsAwayAfterAStall() {
    World world = World.of(1, 5).runFor(5);
    stalls(world, 30);
    world.runs(10);
    assertThat(world.events.of(RedisAway.class)).isEmpty();

    world.rq.hangs();
    world.runs(10);
    assertThat(world.events.of(RedisAway.class)).as("it is away indeed").hasSize(1);
  }

  @Test
  void aStallRestartsTheStartTimeout() {
    World world = World.of(1, 5).runFor(0.6);
    stalls(world, 40);
    world.runs(10);
    assertThat(steps(world)).isEmpty();
  }

  @Test
  void aStallRestartsTheTimeForAColdStop() {
    World world = World.of(2, 2).runFor(5);
    world.rq.enqueue(Duration.ofMinutes(1));
    world.runs(2);
    world.asksToStop();
    world.runs(2);
    world.asksToStop();
    world.supervisor.tick(world.messages());
    while (!steps(world).contains(DrainStep.COLD)) {
      world.ticks.advance(Duration.ofMillis(50));
      world.supervisor.tick(world.messages());
    }

    stalls(world, 10);
    for (int turn = 0; turn < 20; turn++) {
      world.ticks.advance(Duration.ofMillis(50));
      world.supervisor.tick(world.messages());
    }

    assertThat(steps(world)).doesNotContain(DrainStep.KILLED);
  }

  @Test
  void aStallRestartsTheDrainTimeout() {
    World world = World.of(1, 1).drainTimeout(Duration.ofSeconds(8)).runFor(5);
    world.rq.enqueue(Duration.ofMinutes(1));
    world.runs(2);
    world.asksToStop();
    world.runs(2);
    stalls(world, 20);
    world.runs(5);
    assertThat(steps(world)).containsExactly(DrainStep.ASKED);

    world.runs(5);
    assertThat(steps(world)).contains(DrainStep.COLD);
  }

  /** In a slow turn a signal may be sent long after the turn began. */
  @Test
  void timeoutsOfStepsInALongTurnCountFromItsEnd() {
    World[] worlds = new World[1];
    World world =
        World.of(3, 3)
            .drainTimeout(Duration.ofSeconds(4))
            .alsoTo(
                (at, event) -> {
                  if (event instanceof WorkerDraining draining
                      && draining.step() == DrainStep.ASKED) {
                    worlds[0].ticks.advance(Duration.ofMillis(1500));
                  }
                })
            .begins();
    worlds[0] = world;
    world.runs(5);
    for (int job = 0; job < 3; job++) {
      world.rq.enqueue(Duration.ofMinutes(1));
    }
    world.runs(2);
    world.asksToStop();
    world.runs(0.05);
    assertThat(steps(world)).hasSize(3);

    world.runs(3.9);
    assertThat(steps(world)).containsOnly(DrainStep.ASKED);

    world.runs(1);
    assertThat(steps(world)).contains(DrainStep.COLD);
  }

  @Test
  void theLongestTurnOfTheLastMinuteIsShown() {
    World[] worlds = new World[1];
    World world =
        World.of(1, 5)
            .alsoTo(
                (at, event) -> {
                  if (event instanceof WorkerReady) {
                    worlds[0].ticks.advance(Duration.ofMillis(300));
                  }
                })
            .begins();
    worlds[0] = world;
    world.runs(5);
    assertThat(world.status().loop().longestTurn()).isEqualTo(Duration.ofMillis(300));

    world.runs(60);
    assertThat(world.status().loop().longestTurn()).isZero();
  }

  @Test
  void droppedLinesAreShownAtOnceAndReportedWhenLinesAreTakenAgain() {
    AtomicReference<DroppedLines> dropped = new AtomicReference<>(DroppedLines.NONE);
    World world = World.of(1, 5).dropping(dropped::get).runFor(5);
    dropped.set(new DroppedLines(12, 3, false));
    world.runs(5);
    assertThat(world.status().loop().droppedLogLines()).isEqualTo(12);
    assertThat(world.status().loop().droppedHistoryLines()).isEqualTo(3);
    assertThat(world.events.of(LinesDropped.class)).isEmpty();

    dropped.set(new DroppedLines(13, 3, true));
    world.runs(5);
    assertThat(world.events.of(LinesDropped.class)).containsExactly(new LinesDropped(13, 3));
  }
}
