package io.rqorchestrator.supervisor;

import static io.rqorchestrator.rq.RqWorkerDraft.rqWorker;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.rq.Histograms;
import io.rqorchestrator.rq.JobSamples;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JobTallyTest {

  private static final Tick BEGIN = new Tick(0, Instant.EPOCH);

  private final JobTally tally = new JobTally();

  private static Tick after(long seconds) {
    return BEGIN.plus(Duration.ofSeconds(seconds));
  }

  private static RqWorker worker(long jobs) {
    return rqWorker("w1")
        .samples(new JobSamples(Histograms.of(0.1, jobs), Histograms.of(1, jobs), Map.of()))
        .read();
  }

  private static RqSnapshot snapshot(long second, long jobs) {
    return new RqSnapshot(after(second), List.of(), Map.of("w1", worker(jobs)), Map.of(), false, 0);
  }

  private long counted() {
    return tally.ledger().totals().durations().count();
  }

  @Test
  void aWorkerThatHasGoneIsReadOnceMore() {
    tally.begin("w1");
    tally.observe(worker(3), after(1));
    tally.end("w1", after(2));
    assertThat(tally.names()).containsExactly("w1");

    tally.observeGone(snapshot(3, 5));
    assertThat(counted()).isEqualTo(5);
    assertThat(tally.names()).isEmpty();
  }

  @Test
  void aSampleFromBeforeItsEndIsNotItsLastOne() {
    tally.begin("w1");
    tally.end("w1", after(2));
    tally.observeGone(snapshot(1, 3));
    assertThat(tally.names()).containsExactly("w1");
    tally.observeGone(snapshot(3, 4));
    assertThat(counted()).isEqualTo(4);
  }

  @Test
  void aWorkerWithoutARecordIsForgotten() {
    tally.end("w1", after(2));
    tally.observeGone(new RqSnapshot(after(3), List.of(), Map.of(), Map.of(), false, 0));
    assertThat(tally.names()).isEmpty();
  }
}
