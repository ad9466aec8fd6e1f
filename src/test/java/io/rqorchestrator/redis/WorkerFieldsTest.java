package io.rqorchestrator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.rq.BusyReading;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.rq.WorkerState;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class WorkerFieldsTest {

  private static final String EXECUTION = "job-1:execution-1";
  private static final Instant BEGUN = Instant.parse("2026-11-25T12:00:00Z");
  private static final Map<String, String> AT_A_JOB =
      Map.of("state", "busy", "total_working_time", "7.5", "last_heartbeat", "2026-11-25T12:00:01");

  @Test
  void ourHostMeasuresTheWorkerItGuards() {
    Map<String, String> own = new HashMap<>(Map.of("v", "1", "guarded", "1", "busy_total", "4.2"));
    own.put("busy_since", "1764072000.000000");
    WorkerFields worker = new WorkerFields("w1", AT_A_JOB, own, Set.of(EXECUTION));

    assertThat(worker.jobInHand()).isEmpty();
    assertThat(read(worker).guarded()).contains(true);
    assertThat(read(worker).busy().map(BusyReading::source)).contains(BusyReading.Source.EXACT);
    assertThat(read(worker).busy().map(BusyReading::totalSeconds)).contains(4.2);
  }

  /** With an RQ that it does not know it measures nothing; its zeros are not to be believed. */
  @Test
  void aHostThatFoundNoPlaceForItsGuardLeavesTheFiguresToRq() {
    Map<String, String> own = Map.of("v", "1", "guarded", "0", "busy_total", "0.000000");
    WorkerFields worker = new WorkerFields("w1", AT_A_JOB, own, Set.of(EXECUTION));

    assertThat(worker.jobInHand()).contains(JobStart.ofExecution(EXECUTION));
    assertThat(read(worker).guarded()).contains(false);
    assertThat(read(worker).busy())
        .contains(new BusyReading(7.5, Optional.of(BEGUN), BusyReading.Source.DERIVED));
  }

  /** RQ's record lapses when a worker hangs, and its host's word is good for a day. */
  @Test
  void aLapsedRecordTellsNoState() {
    Map<String, String> own = Map.of("v", "1", "guarded", "1", "busy_total", "4.2");
    RqWorker worker = read(new WorkerFields("w1", Map.of(), own, Set.of()));

    assertThat(worker.state()).isEqualTo(WorkerState.UNKNOWN);
    assertThat(worker.heartbeat()).isEmpty();
    assertThat(worker.isBusy()).isFalse();
  }

  private static RqWorker read(WorkerFields worker) {
    return worker
        .worker(
            Map.of(JobStart.ofExecution(EXECUTION), Optional.of(BEGUN)),
            new HashMap<>(),
            new JobSampleFields(List.of("default")),
            new RqFields())
        .orElseThrow();
  }
}
