package io.rqorchestrator.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rqorchestrator.rq.Histograms;
import io.rqorchestrator.rq.JobSamples;
import io.rqorchestrator.rq.JobSamples.Service;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JobLedgerTest {

  private static final Tick BEGIN = new Tick(0, Instant.EPOCH);

  private final JobLedger ledger = new JobLedger();

  private static Tick after(long seconds) {
    return BEGIN.plus(Duration.ofSeconds(seconds));
  }

  private static JobSamples jobs(double seconds, long count) {
    return new JobSamples(
        Histograms.of(0.1, count),
        Histograms.of(seconds, count),
        Map.of("default", new Service(count, seconds * count)));
  }

  @Test
  void countsAllJobsOfAWorkerOfOursEvenThoseBeforeItWasFirstRead() {
    ledger.begin("w1");
    ledger.observe(after(1), "w1", jobs(2, 3));
    ledger.observe(after(2), "w1", jobs(2, 5));
    assertThat(ledger.totals().durations().count()).isEqualTo(5);
    assertThat(ledger.serviceSeconds(after(2), "default").orElseThrow()).isEqualTo(2, within(1e-9));
  }

  @Test
  void leavesOutWhatAnAdoptedWorkerDidBefore() {
    ledger.observe(after(1), "w1", jobs(2, 3));
    ledger.observe(after(2), "w1", jobs(2, 4));
    assertThat(ledger.totals().waits().count()).isEqualTo(1);
  }

  @Test
  void keepsWhatAWorkerDidThatIsGone() {
    ledger.begin("w1");
    ledger.observe(after(1), "w1", jobs(2, 3));
    ledger.end("w1");
    ledger.begin("w2");
    ledger.observe(after(2), "w2", jobs(2, 4));
    assertThat(ledger.totals().durations().count()).isEqualTo(7);
  }

  @Test
  void passesOverCountsThatWentDown() {
    ledger.begin("w1");
    ledger.observe(after(1), "w1", jobs(2, 3));
    ledger.observe(after(2), "w1", jobs(2, 1));
    ledger.observe(after(3), "w1", jobs(2, 2));
    assertThat(ledger.totals().durations().count()).isEqualTo(4);
  }

  @Test
  void followsAChangeOfTheJobsWithinTheLastWhile() {
    ledger.begin("w1");
    ledger.begin("w2");
    ledger.observe(after(1), "w1", jobs(1, 100));
    for (long second = 2; second < 400; second++) {
      ledger.observe(after(second), "w1", jobs(1, 100));
    }
    ledger.observe(after(400), "w2", jobs(5, 10));
    assertThat(ledger.recent(after(400)).durations().count()).isEqualTo(10);
    assertThat(ledger.serviceSeconds(after(400), "default").orElseThrow())
        .isEqualTo(5, within(1e-9));
  }

  @Test
  void remembersTheServiceTimeThroughAQuietHour() {
    ledger.begin("w1");
    ledger.observe(after(1), "w1", jobs(3, 10));
    assertThat(ledger.recent(after(3600)).durations().count()).isLessThanOrEqualTo(10);
    assertThat(ledger.recent(after(4000)).durations().count()).isZero();
    assertThat(ledger.serviceSeconds(after(4000), "default").orElseThrow())
        .isEqualTo(3, within(1e-9));
    assertThat(ledger.serviceSeconds(after(4000), "other")).isEmpty();
  }
}
