package io.rqorchestrator.redis;

import io.rqorchestrator.rq.BusyReading;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.rq.WorkerState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Redis holds of one worker.
 *
 * @param rq RQ's fields of it, as far as they are there
 * @param own what its worker host publishes of it, as far as it is there
 * @param executions jobs in hand; null if they were not asked for
 */
record WorkerFields(
    String name,
    Map<String, String> rq,
    Map<String, String> own,
    @Nullable Set<String> executions) {

  /** Ours are shorter. */
  private static final int LONGEST_TOKEN = 64;

  /** Id of the job in hand, by its host or by RQ's record. */
  Optional<String> job() {
    return RqFields.text(own.get("job")).or(() -> RqFields.text(rq.get("current_job")));
  }

  /** Where it stands when the job in hand was begun, for a worker without a host. */
  Optional<JobStart> jobInHand() {
    if (executions == null || isHosted()) {
      return Optional.empty();
    }
    return executions.stream()
        .findFirst()
        .map(JobStart::ofExecution)
        .or(() -> RqFields.text(rq.get("current_job")).map(JobStart::ofJob));
  }

  /**
   * The worker; empty if there is nothing of it.
   *
   * @param begun when jobs in hand were begun
   * @param births births as they were read before, by their text
   */
  Optional<RqWorker> worker(
      Map<JobStart, Optional<Instant>> begun,
      Map<String, Optional<Instant>> births,
      JobSampleFields samples,
      RqFields fields) {
    if (rq.isEmpty() && own.isEmpty()) {
      return Optional.empty();
    }
    Optional<BusyReading> busy = isHosted() ? exact(fields) : derived(begun, fields);
    long ended =
        fields.count(rq.get("successful_job_count")).orElse(0)
            + fields.count(rq.get("failed_job_count")).orElse(0);
    return Optional.of(
        new RqWorker(
            name,
            RqFields.text(rq.get("hostname")),
            fields.count(rq.get("pid")),
            births.computeIfAbsent(rq.getOrDefault("birth", ""), fields::time),
            queues(),
            state(busy),
            RqFields.text(rq.get("last_heartbeat")),
            job(),
            busy,
            Math.max(ended, fields.count(own.get("jobs")).orElse(0)),
            isHosted() ? samples.parse(name, own, fields) : Optional.empty(),
            RqFields.text(own.get("guarded")).map("1"::equals),
            RqFields.text(own.get("token")).filter(token -> token.length() <= LONGEST_TOKEN),
            RqFields.text(own.get("pool")),
            rq.containsKey("death")));
  }

  /** RQ joins their names by commas, without quotes. */
  private List<String> queues() {
    return RqFields.text(rq.get("queues"))
        .map(names -> List.of(names.split(",")))
        .orElse(List.of());
  }

  /** A host that found no place for its guard in this RQ measures nothing either. */
  private boolean isHosted() {
    return "1".equals(own.get("v")) && !"0".equals(own.get("guarded"));
  }

  /**
   * RQ writes a worker's state only when it changes. So once Redis has lost its data, an idle
   * worker's record holds a heartbeat and nothing else; but its host tells the rest.
   */
  private WorkerState state(Optional<BusyReading> busy) {
    boolean lost = !rq.containsKey("birth") && rq.containsKey("last_heartbeat");
    if (isHosted() && lost && busy.isPresent() && !rq.containsKey("state")) {
      return busy.get().since().isPresent() ? WorkerState.BUSY : WorkerState.IDLE;
    }
    return RqFields.text(rq.get("state")).map(WorkerState::of).orElse(WorkerState.UNKNOWN);
  }

  private Optional<BusyReading> exact(RqFields fields) {
    OptionalDouble total = fields.seconds(own.get("busy_total"));
    Optional<Instant> since = fields.epoch(own.get("busy_since"));
    return total.isEmpty()
        ? Optional.empty()
        : Optional.of(new BusyReading(total.getAsDouble(), since, BusyReading.Source.EXACT));
  }

  /** RQ writes no total before the first job has ended: a record without it has worked 0 s. */
  private Optional<BusyReading> derived(Map<JobStart, Optional<Instant>> begun, RqFields fields) {
    if (!rq.containsKey("state")) {
      return Optional.empty();
    }
    Optional<Instant> since = jobInHand().flatMap(job -> begun.getOrDefault(job, Optional.empty()));
    double total = fields.seconds(rq.get("total_working_time")).orElse(0);
    return Optional.of(new BusyReading(total, since, BusyReading.Source.DERIVED));
  }
}
