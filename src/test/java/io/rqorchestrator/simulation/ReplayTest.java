package io.rqorchestrator.simulation;

import static io.rqorchestrator.rq.Histogram.EMPTY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.rqorchestrator.event.ScalingEvent;
import io.rqorchestrator.rq.Histogram;
import io.rqorchestrator.rq.Histograms;
import io.rqorchestrator.scaling.ScalingPolicy;
import io.rqorchestrator.simulation.Replay.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplayTest {

  private static Seen seen(double at, long queued, int busy, Histogram ended) {
    return new Seen(Duration.ofMillis(Math.round(at * 1000)), queued, busy, ended);
  }

  private static Histogram ended(double seconds, long count) {
    return Histograms.of(seconds, count);
  }

  private static Job job(double arrival, double length) {
    return new Job(
        Duration.ofMillis(Math.round(arrival * 1000)),
        Duration.ofMillis(Math.round(length * 1000)));
  }

  private static List<Job> jobs(Seen... samples) {
    return Replay.of("by hand", List.of(samples)).jobs();
  }

  @Test
  void whatIsQueuedInHandOrDoneHasArrived() {
    assertThat(
            jobs(
                seen(0, 0, 0, EMPTY),
                seen(1, 2, 1, ended(0.5, 1)),
                seen(2, 0, 0, ended(0.5, 1).plus(ended(2, 3)))))
        .containsExactly(job(0.125, 0.5), job(0.375, 2), job(0.625, 2), job(0.875, 2));
  }

  @Test
  void whatWasThereAtTheBeginningArrivedThen() {
    assertThat(jobs(seen(0, 1, 1, ended(1, 70)), seen(4, 0, 0, ended(1, 70).plus(ended(2, 2)))))
        .containsExactly(job(0, 2), job(0, 2));
  }

  @Test
  void whatIsNotYetDoneTakesAsLongAsTheOthers() {
    assertThat(
            jobs(seen(0, 0, 0, EMPTY), seen(1, 0, 0, ended(0.5, 1)), seen(2, 1, 0, ended(0.5, 1))))
        .containsExactly(job(0.5, 0.5), job(1.5, 0.5));
  }

  @Test
  void aDaemonThatWasStartedAgainCountsFromZero() {
    assertThat(
            jobs(
                seen(0, 0, 0, ended(1, 10)),
                seen(1, 0, 0, ended(1, 11)),
                seen(2, 0, 0, ended(3, 1))))
        .containsExactly(job(0.5, 1), job(1.5, 3));
  }

  @Test
  void aJobThatDiedWithItsWorkerIsNotCountedTwice() {
    assertThat(
            jobs(
                seen(0, 0, 0, EMPTY),
                seen(1, 0, 2, EMPTY),
                seen(2, 0, 0, ended(1, 1)),
                seen(3, 0, 0, ended(1, 1))))
        .hasSize(2);
  }

  @Test
  void aLongJobAmongShortOnesStaysLong() {
    List<Job> jobs = jobs(seen(0, 0, 0, EMPTY), seen(1, 0, 0, ended(0.075, 9).plus(ended(20, 1))));
    assertThat(jobs.stream().map(Job::length).limit(9))
        .allMatch(length -> length.compareTo(Duration.ofMillis(100)) < 0);
    assertThat(jobs.get(9).length()).isBetween(Duration.ofSeconds(19), Duration.ofSeconds(21));
    assertThat(jobs.stream().map(Job::length).reduce(Duration.ZERO, Duration::plus))
        .isCloseTo(Duration.ofMillis(20_675), Duration.ofMillis(1));
  }

  @Test
  void aJobBeyondAllBucketsTakesWhatItTook() {
    assertThat(jobs(seen(0, 0, 0, EMPTY), seen(1, 0, 0, ended(4000, 1))))
        .containsExactly(job(0.5, 4000));
  }

  @Test
  void withoutAJobThereIsNothingToReplay() {
    assertThatThrownBy(() -> jobs(seen(0, 0, 0, ended(1, 7)), seen(1, 3, 0, ended(1, 7))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Simulated, sampled, rebuilt, simulated again: nearly the same comes out. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "poisson:for=2h",
        "bursts:size=30,each=0.5s,for=2h",
        "flash:for=2h",
        "long-jobs:for=12h"
      })
  void aReplayOfASimulationIsLikeIt(String text) {
    SimulatedPool pool = Pools.pool(1, 10, ScalingPolicy.utilization(0.5));
    Workload workload = GeneratedWorkload.of(text, 1);
    List<Seen> samples = new ArrayList<>();
    Outcome outcome =
        Simulation.run(
            pool,
            List.of(workload),
            (at, event) -> {
              if (event instanceof ScalingEvent.Measured m) {
                Duration time = Duration.ofNanos(at.nanos());
                Histogram jobs = new Histogram(m.jobSeconds(), m.jobDurations());
                samples.add(new Seen(time, m.queued(), m.busy(), jobs));
              }
            });
    Workload replay = Replay.of("replay", samples);
    assertThat(replay.jobs().size()).isCloseTo(workload.jobs().size(), within(5));

    Outcome again =
        Simulation.run(Pools.pool(1, 10, ScalingPolicy.utilization(0.5)), List.of(replay));
    assertThat(again.busySeconds()).isCloseTo(outcome.busySeconds(), withinPercentage(1));
    assertThat(again.workerSeconds()).isCloseTo(outcome.workerSeconds(), withinPercentage(3));
    assertThat(again.waits().mean())
        .isCloseTo(outcome.waits().mean(), within(0.15 * outcome.waits().mean() + 0.2));
  }
}
