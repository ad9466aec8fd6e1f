package io.rqorchestrator.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Static pools against what queueing theory says of them: the simulator itself is right. */
final class QueueingTheoryTest {

  /** Static pools need few samples, and many jobs are needed for a mean to settle. */
  private static Outcome simulated(int workers, double load, String lengths) {
    Workload workload =
        GeneratedWorkload.of("poisson:rate=%s,%s,for=40h".formatted(load, lengths), 7);
    return Simulation.run(
        Pools.sampledEvery(Duration.ofMinutes(1), Pools.constant(workers)), List.of(workload));
  }

  /** Exponential jobs, M/M/n: who waits, for how long, and how busy the workers are. */
  @ParameterizedTest
  @CsvSource({"1, 0.5", "1, 0.75", "2, 1.4", "4, 3.2", "8, 6.4"})
  void waitsAreThoseOfErlangC(int workers, double load) {
    Outcome outcome = simulated(workers, load, "mean=1s");
    double waits = erlangC(workers, load);
    double rate = workers - load; // at which a queue that has formed is worked off
    assertThat(outcome.waits().mean()).isCloseTo(waits / rate, withinPercentage(5));
    assertThat(outcome.waits().p95()).isCloseTo(Math.log(waits / 0.05) / rate, withinPercentage(6));

    double waited = outcome.waited().stream().filter(job -> job.seconds() > 0).count();
    assertThat(waited / outcome.waits().jobs()).isCloseTo(waits, withinPercentage(3));
    assertThat(outcome.efficiency() * workers).isCloseTo(load, withinPercentage(2));
    assertThat(outcome.meanWorkers()).isCloseTo(workers, withinPercentage(0.01));
  }

  /** Jobs of one length, one worker: M/D/1, half the wait of M/M/1 (Pollaczek-Khinchine). */
  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.75})
  void jobsOfOneLengthWaitHalfAsLong(double load) {
    Outcome outcome = simulated(1, load, "each=1s");
    assertThat(outcome.waits().mean()).isCloseTo(load / (2 * (1 - load)), withinPercentage(5));
  }

  /** Erlang C: the probability that a job has to wait, with {@code load} erlang on n workers. */
  private static double erlangC(int workers, double load) {
    double blocked = 1; // Erlang B, by its recursion
    for (int n = 1; n <= workers; n++) {
      blocked = load * blocked / (n + load * blocked);
    }
    return blocked / (1 - load / workers * (1 - blocked));
  }
}
