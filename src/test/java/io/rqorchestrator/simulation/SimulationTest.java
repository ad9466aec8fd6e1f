package io.rqorchestrator.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.OperatorEvent;
import io.rqorchestrator.event.ScalingEvent;
import io.rqorchestrator.event.WorkerEvent;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.scaling.ScalingDecision.Grow;
import io.rqorchestrator.scaling.ScalingDecision.Hold;
import io.rqorchestrator.scaling.ScalingDecision.Shrink;
import io.rqorchestrator.scaling.ScalingPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SimulationTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Reason WHY = new Reason(Reason.Code.WITHIN_BAND, "for the test");
  private static final ScalingPolicy RULE = ScalingPolicy.utilization(0.5);

  private static Job job(double arrival, double length) {
    return new Job(
        Duration.ofMillis(Math.round(arrival * 1000)),
        Duration.ofMillis(Math.round(length * 1000)));
  }

  private static Workload workload(Job... jobs) {
    return new Workload("by hand", List.of(jobs), MINUTE);
  }

  private static List<Double> waits(Outcome outcome) {
    return outcome.waited().stream().map(Outcome.Waited::seconds).toList();
  }

  @Test
  void aJobWaitsForTheFirstWorkerToStart() {
    Outcome outcome = Simulation.run(Pools.constant(1), List.of(workload(job(0.2, 1))));
    // The first sample is there after a millisecond, and only then is anything started.
    assertThat(waits(outcome)).containsExactly(0.401);
  }

  @Test
  void jobsAreDoneInTheOrderOfTheirArrivals() {
    Outcome outcome =
        Simulation.run(
            Pools.constant(1), List.of(workload(job(10, 4), job(11, 2), job(12, 1), job(30, 1))));
    assertThat(waits(outcome)).containsExactly(0.0, 3.0, 4.0, 0.0);
    assertThat(outcome.waits()).isEqualTo(new Waits(4, 1.75, 0, 4, 4));
  }

  @Test
  void theFirstQueueComesFirst() {
    Outcome outcome =
        Simulation.run(
            Pools.constant(1),
            List.of(workload(job(13, 1)), workload(job(10, 4), job(11, 2), job(12, 2))));
    assertThat(outcome.waitsByQueue().get(0).max()).isEqualTo(1);
    assertThat(outcome.waitsByQueue().get(1).max()).isEqualTo(5);
    assertThat(waits(outcome)).containsExactly(1.0, 0.0, 4.0, 5.0);
  }

  @Test
  void countsWorkersAndTheirTimeToTheEndOfTheSpan() {
    Outcome outcome = Simulation.run(Pools.constant(3), List.of(workload(job(10, 30))));
    assertThat(outcome.length()).isEqualTo(MINUTE);
    assertThat(outcome.workerSeconds()).isCloseTo(3 * 59.999, within(1e-6));
    assertThat(outcome.busySeconds()).isCloseTo(30, within(1e-6));
    assertThat(outcome.peakWorkers()).isEqualTo(3);
    assertThat(outcome.starts()).isEqualTo(3);
    assertThat(outcome.stops()).isZero();
  }

  @Test
  void lastsUntilTheLastJobIsDone() {
    Outcome outcome = Simulation.run(Pools.constant(1), List.of(workload(job(50, 100))));
    assertThat(outcome.length()).isEqualTo(Duration.ofSeconds(150));
  }

  @Test
  void tellsNothingOfItsOwnEnd() {
    List<Event> events = new ArrayList<>();
    Simulation.run(
        Pools.constant(1), List.of(workload(job(50, 1))), (at, event) -> events.add(event));
    assertThat(events)
        .isNotEmpty()
        .noneMatch(event -> event instanceof OperatorEvent.StopRequested);
    assertThat(events).noneMatch(event -> event instanceof WorkerEvent.WorkerDraining);
  }

  @Test
  void withoutJobsNothingWaits() {
    Outcome outcome = Simulation.run(Pools.pool(0, 4, RULE), List.of(workload()));
    assertThat(outcome.waits()).isEqualTo(new Waits(0, 0, 0, 0, 0));
    assertThat(outcome.workerSeconds()).isZero();
    assertThat(outcome.efficiency()).isZero();
  }

  @Test
  void thePoolGrowsUnderLoadAndRetiresWithoutIt() {
    Job[] jobs = new Job[40];
    for (int i = 0; i < jobs.length; i++) {
      jobs[i] = job(i * 0.5, 1);
    }
    List<String> decided = new ArrayList<>();
    Workload load = new Workload("by hand", List.of(jobs), Duration.ofMinutes(3));
    Outcome outcome =
        Simulation.run(
            Pools.pool(1, 8, RULE),
            List.of(load),
            (at, event) -> {
              if (event instanceof ScalingEvent.Decided change && !change.repeated()) {
                decided.add(change.decision().from() + " -> " + change.decision().to());
              }
            });

    assertThat(decided).contains("1 -> 2", "2 -> 3", "3 -> 2", "2 -> 1");
    assertThat(outcome.peakWorkers()).isBetween(3, 5);
    assertThat(outcome.starts() - outcome.stops()).isEqualTo(1);
    assertThat(outcome.killed()).isZero();
  }

  @Test
  void theSameAgainIsTheSame() {
    Workload load = GeneratedWorkload.of("flash:for=1h", 3);
    Outcome first = Simulation.run(Pools.pool(1, 8, RULE), List.of(load));
    assertThat(Simulation.run(Pools.pool(1, 8, RULE), List.of(load))).isEqualTo(first);
  }

  /** An idle worker that is asked to go still takes a job that its pop brings. */
  @Test
  void aJobThatComesDuringTheLastPopIsDone() {
    List<Double> asked = new ArrayList<>();
    Simulation.run(
        Pools.pool(0, 4, RULE),
        List.of(workload(job(1, 0.5))),
        (at, event) -> {
          if (event instanceof WorkerEvent.WorkerDraining) {
            asked.add(at.nanos() / 1e9);
          }
        });
    double stop = asked.get(0);
    Outcome outcome =
        Simulation.run(
            Pools.pool(0, 4, RULE), List.of(workload(job(1, 0.5), job(stop + 0.002, 0.5))));

    assertThat(waits(outcome).get(1)).isZero();
    assertThat(outcome.starts()).isEqualTo(1);
  }

  @Test
  void aStepDownKillsNoJobWhateverTheDrainTimeout() {
    // Retires a worker that is idle in the newest sample and has taken a job since.
    ScalingPolicy shrinks =
        input ->
            input.active() > 1 && input.demand().load().elapsed().toSeconds() > 8
                ? new Shrink(2, 1, WHY)
                : input.active() < 2 ? grow(input.active()) : new Hold(input.active(), WHY);
    Workload load = workload(job(10.0005, 40), job(10.0006, 40));
    Outcome outcome =
        Simulation.run(
            Pools.drainingFor(Duration.ofSeconds(5), Pools.pool(1, 2, shrinks)), List.of(load));

    assertThat(outcome.starts()).as("one was retired and came back").isGreaterThan(2);
    assertThat(outcome.killed()).isZero();
  }

  private static Grow grow(int active) {
    return new Grow(active, active + 1, WHY);
  }

  @Test
  void aRuleThatStartsNobodyIsReported() {
    ScalingPolicy never = input -> new Hold(input.active(), WHY);
    assertThatThrownBy(() -> Simulation.run(Pools.pool(0, 1, never), List.of(workload(job(1, 1)))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no worker");
  }

  @Test
  void anErrorInATurnEndsTheSimulation() {
    ScalingPolicy broken =
        input -> {
          throw new IllegalArgumentException("broken rule");
        };
    assertThatThrownBy(() -> Simulation.run(Pools.pool(1, 2, broken), List.of(workload(job(1, 1)))))
        .hasMessageContaining("broken rule");
  }
}
