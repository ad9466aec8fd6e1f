package io.rqorchestrator.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.rq.Histograms;
import io.rqorchestrator.scaling.Aim;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.scaling.ScalingDecision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventFieldsTest {

  @Test
  void theKindIsTheEventsNameInSnakeCase() {
    assertThat(EventFields.kind(new WorkerEvent.WorkerStarted(new WorkerId(7), 1, Role.CORE, "x")))
        .isEqualTo("worker_started");
    assertThat(EventFields.kind(new PoolEvent.PoolStopped(0))).isEqualTo("pool_stopped");
  }

  @Test
  void durationsAreSecondsAndNumbersStayNumbers() {
    assertThat(
            EventFields.of(
                new ScalingEvent.Measured(
                    2.25,
                    Duration.ofSeconds(30),
                    0.45,
                    5,
                    6,
                    3,
                    7,
                    Optional.of(Duration.ofMillis(1250)),
                    90,
                    45.5,
                    Histograms.of(0.505, 90).counts())))
        .containsExactly(
            entry("load", 2.25),
            entry("window", 30.0),
            entry("utilization", 0.45),
            entry("active", 5),
            entry("live", 6),
            entry("busy", 3),
            entry("queued", 7L),
            entry("oldest_wait", 1.25),
            entry("jobs", 90L),
            entry("job_seconds", 45.5),
            entry("job_durations", Histograms.of(0.505, 90).counts()));
  }

  @Test
  void whatIsEmptyIsLeftOut() {
    assertThat(
            EventFields.of(
                new ScalingEvent.Measured(
                    0, Duration.ZERO, 0, 0, 0, 0, 0, Optional.empty(), 0, 0, List.of())))
        .doesNotContainKey("oldest_wait");
  }

  @Test
  void tinyValueTypesAndConstantsAreText() {
    assertThat(
            EventFields.of(
                new WorkerEvent.WorkerStarted(new WorkerId(7), 4711, Role.CORE, "web-w7")))
        .containsExactly(
            entry("worker", "w7"),
            entry("pid", 4711L),
            entry("role", "core"),
            entry("name", "web-w7"));
  }

  @Test
  void aDecisionIsLaidOutFlat() {
    Reason reason = new Reason(Reason.Code.ABOVE_THRESHOLD, "utilization 0.60 > 0.50");

    assertThat(
            EventFields.of(new ScalingEvent.Decided(new ScalingDecision.Grow(2, 3, reason), false)))
        .containsExactly(
            entry("decision", "grow"),
            entry("from", 2),
            entry("to", 3),
            entry("wants", 3),
            entry("code", "above_threshold"),
            entry("text", "utilization 0.60 > 0.50"),
            entry("repeated", false));
  }

  @Test
  void aListStaysAList() {
    assertThat(
            EventFields.of(
                new PoolEvent.PoolStarted(
                    "web",
                    "ab12",
                    2,
                    5,
                    new Aim.Utilization(0.5),
                    Duration.ofSeconds(30),
                    List.of("a", "b"),
                    "redis")))
        .containsEntry("queues", List.of("a", "b"))
        .contains(entry("aim", "utilization"), entry("threshold", 0.5));
  }
}
