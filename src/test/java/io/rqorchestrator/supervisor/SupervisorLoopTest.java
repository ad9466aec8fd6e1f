package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.DaemonEvent.TickFailed;
import io.rqorchestrator.event.OperatorEvent;
import io.rqorchestrator.event.ScalingEvent.Measured;
import io.rqorchestrator.event.WorkerEvent.WorkerGone;
import io.rqorchestrator.event.WorkerEvent.WorkerReady;
import io.rqorchestrator.scaling.ScalingPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Errors do not end the loop. */
class SupervisorLoopTest {

  @Test
  void anErrorInATickDoesNotEndTheRun() throws InterruptedException {
    List<Runnable> also = new ArrayList<>();
    ScalingPolicy failing =
        input -> {
          also.forEach(Runnable::run);
          throw new IllegalStateException("planted");
        };
    World world = World.of(0, 5).policy(failing).begins();
    also.add(world::asksToStop);
    world.runs(4);
    world.ticks.advance(Duration.ofSeconds(5));

    assertThat(world.supervisor.run()).isZero();
    assertThat(world.events.of(TickFailed.class))
        .extracting(TickFailed::problem)
        .containsExactly("java.lang.IllegalStateException: planted");
  }

  /** The JVM throws an Error at the host's limit of threads. */
  @Test
  void survivesTheLimitOfThreads() throws Exception {
    List<Runnable> also = new ArrayList<>();
    ScalingPolicy failing =
        input -> {
          also.forEach(Runnable::run);
          throw new OutOfMemoryError("unable to create native thread");
        };
    World world = World.of(0, 5).policy(failing).begins();
    also.add(world::asksToStop);
    world.runs(4);
    world.ticks.advance(Duration.ofSeconds(5));

    assertThat(world.supervisor.run()).isZero();
    assertThat(world.events.of(TickFailed.class)).hasSize(1);
  }

  @Test
  void anErrorInADecisionIsNotRepeatedBeforeTheNextPeriod() {
    World world = World.of(1, 5).policy(failing(2)).begins();
    int failures = 0;
    for (int i = 0; i < 400; i++) {
      try {
        world.runs(0.05);
      } catch (IllegalStateException e) {
        failures++;
      }
    }

    assertThat(failures).isEqualTo(2);
    assertThat(world.alive()).isEqualTo(1);
  }

  /** An exit or a stop that got lost would keep the daemon from ever ending. */
  @Test
  void anErrorInOneMessageDoesNotLoseTheOthers() {
    AtomicInteger planted = new AtomicInteger(1);
    World world =
        World.of(2, 5)
            .alsoTo(
                (at, event) -> {
                  if (event instanceof WorkerReady && planted.getAndDecrement() > 0) {
                    throw new IllegalStateException("planted");
                  }
                })
            .begins();
    world.runsUntil(1.05);
    List<Message> batch = world.messages();
    assertThat(batch).hasOnlyElementsOfType(Message.SampleTaken.class).hasSize(1);

    batch.add(new Message.WorkerExited(world.worker(2).id(), 1));
    batch.add(new Message.StopRequest("SIGTERM"));
    world.supervisor.tick(batch);

    assertThat(world.events.of(TickFailed.class)).hasSize(1);
    assertThat(world.events.of(WorkerGone.class)).hasSize(1);
    assertThat(world.events.of(OperatorEvent.StopRequested.class)).hasSize(1);
  }

  @Test
  void aSampleThatCouldNotBeTakenInIsNotMeasured() {
    World world =
        World.of(2, 5)
            .alsoTo(
                (at, event) -> {
                  if (event instanceof WorkerReady) {
                    throw new IllegalStateException("planted");
                  }
                })
            .begins();
    world.runsUntil(1.05);
    List<Message> batch = world.messages();
    assertThat(batch).hasOnlyElementsOfType(Message.SampleTaken.class).hasSize(1);
    int measured = world.events.of(Measured.class).size();

    world.supervisor.tick(batch);

    assertThat(world.events.of(TickFailed.class)).hasSize(1);
    assertThat(world.events.of(Measured.class)).hasSize(measured);
  }

  private static ScalingPolicy failing(int times) {
    AtomicInteger planted = new AtomicInteger(times);
    ScalingPolicy policy = ScalingPolicy.utilization(0.5);
    return input -> {
      if (planted.getAndDecrement() > 0) {
        throw new IllegalStateException("planted");
      }
      return policy.decide(input);
    };
  }
}
