package io.rqorchestrator.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.control.GivenStatus;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.StatusBoard;
import io.rqorchestrator.time.Tick;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PoolMetricsTest {

  private static String metrics(PoolStatus status) {
    StatusBoard board = new StatusBoard();
    board.publish(status, new Tick(0, GivenStatus.NOON));
    CountedWrites out = new CountedWrites();
    try {
      new MetricsPage(board).answer(null).writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.text();
  }

  private final String plain = metrics(GivenStatus.plain());

  @Test
  void showsWorkersByState() {
    assertThat(plain)
        .contains("\nrq_orchestrator_workers{state=\"busy\"} 1.0\n")
        .contains("\nrq_orchestrator_workers{state=\"draining\"} 1.0\n")
        .contains("\nrq_orchestrator_max_workers 8.0\n");
  }

  @Test
  void showsQueues() {
    assertThat(plain)
        .contains("\nrq_orchestrator_queue_jobs{queue=\"default\"} 12.0\n")
        .contains("\nrq_orchestrator_queue_oldest_wait_seconds{queue=\"default\"} 4.2\n")
        .contains("\nrq_orchestrator_queue_oldest_wait_seconds{queue=\"high\"} 0.0\n");
  }

  @Test
  void countsDecisionsByKindAndReason() {
    assertThat(plain)
        .contains("\nrq_orchestrator_decisions_total{kind=\"hold\",reason=\"within_band\"} 40.0\n")
        .contains("\nrq_orchestrator_worker_exits_total{ending=\"crashed\"} 2.0\n");
  }

  @Test
  void addsUpTheBucketsOfAHistogram() {
    assertThat(plain)
        .contains("\nrq_orchestrator_job_wait_seconds_bucket{le=\"0.1\"} 1\n")
        .contains("\nrq_orchestrator_job_wait_seconds_bucket{le=\"1.0\"} 3\n")
        .contains("\nrq_orchestrator_job_wait_seconds_bucket{le=\"+Inf\"} 4\n")
        .contains("\nrq_orchestrator_job_wait_seconds_sum 3.5\n");
  }

  @Test
  void showsExactlyOneState() {
    assertThat(metrics(new GivenStatus().withoutRedis().status()))
        .contains("\nrq_orchestrator_state{state=\"waiting_for_redis\"} 1.0\n")
        .contains("\nrq_orchestrator_state{state=\"running\"} 0.0\n")
        .contains("\nrq_orchestrator_redis_up 0.0\n");
  }

  @Test
  void settingsThatDoNotApplyAreNotShown() {
    assertThat(metrics(GivenStatus.plain()))
        .contains("\nrq_orchestrator_utilization_threshold_ratio{bound=\"upper\"} 0.5\n")
        .doesNotContain("target_wait");
    assertThat(metrics(new GivenStatus().aimingAt(Duration.ofMillis(1500)).status()))
        .contains("\nrq_orchestrator_target_wait_seconds 1.5\n")
        .doesNotContain("threshold_ratio");
  }

  /** Dashboards and alarms of others are made of these names. */
  @Test
  void theNamesAreTheDeclaredOnes() throws IOException {
    String names =
        Stream.of(plain, metrics(new GivenStatus().aimingAt(Duration.ofSeconds(1)).status()))
            .flatMap(String::lines)
            .filter(line -> line.startsWith("# TYPE "))
            .map(line -> line.substring("# TYPE ".length()) + "\n")
            .distinct()
            .sorted()
            .collect(Collectors.joining());

    assertThat(names).isEqualTo(expected());
  }

  private static String expected() throws IOException {
    try (var in = PoolMetricsTest.class.getResourceAsStream("/metric-names.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aQueueCanHaveAnyName() {
    assertThat(metrics(new GivenStatus().onQueue("a\"} 1\nevil 2\\").status()))
        .contains("rq_orchestrator_queue_jobs{queue=\"a\\\"} 1\\nevil 2\\\\\"} 12.0\n")
        .doesNotContain("\nevil");
  }
}
