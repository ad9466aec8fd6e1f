package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rqorchestrator.measure.JobLedger;
import io.rqorchestrator.rq.Histogram;
import io.rqorchestrator.rq.Histograms;
import io.rqorchestrator.rq.JobSamples;
import io.rqorchestrator.rq.JobSamples.Service;
import io.rqorchestrator.rq.RqQueue;
import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.Ticks;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceTimesTest {

  private static final Tick NOW = Ticks.at(10);

  private final JobLedger ledger = new JobLedger();
  private final ServiceTimes times = new ServiceTimes(ledger);

  @Test
  void isASecondWhileNothingIsKnown() {
    assertThat(times.mean(List.of(), NOW)).isEqualTo(1);
    assertThat(times.mean(List.of(Duration.ofMillis(200)), NOW)).isEqualTo(1);
  }

  @Test
  void theJobsInHandTellHowLongItTakesAtLeast() {
    List<Duration> inHand = List.of(Duration.ofSeconds(20), Duration.ofSeconds(40));

    assertThat(times.mean(inHand, NOW)).isEqualTo(30);
  }

  @Test
  void theJobsThatHaveEndedTellMore() {
    done("mail", 4, 0.5);

    assertThat(times.mean(List.of(Duration.ofMinutes(5)), NOW)).isEqualTo(0.5);
  }

  @Test
  void eachQueueHasAMeanOfItsOwn() {
    done("mail", 4, 0.5);

    assertThat(times.queued(List.of(queue("mail", 10), queue("reports", 3)), 7, NOW))
        .isEqualTo(10 * 0.5 + 3 * 7, within(1e-9));
  }

  @Test
  void nothingWaitsInEmptyQueues() {
    assertThat(times.queued(List.of(queue("mail", 0)), 7, NOW)).isZero();
  }

  private void done(String queue, long jobs, double seconds) {
    ledger.begin("w1");
    Service service = new Service(jobs, jobs * seconds);
    ledger.observe(
        Ticks.at(1),
        "w1",
        new JobSamples(Histogram.EMPTY, Histograms.of(seconds, jobs), Map.of(queue, service)));
  }

  private static RqQueue queue(String name, long queued) {
    return new RqQueue(name, queued, Optional.empty(), 0);
  }
}
