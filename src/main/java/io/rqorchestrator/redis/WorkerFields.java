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
 * The fields of one worker in Redis.
 *
 * @param rq RQ's fields of the worker that exist
 * @param own the fields of its worker host that exist
 * @param executions its current executions; null if they were not requested
 */
record WorkerFields(
    String name,
    Map<String, String> rq,
    Map<String, String> own,
    @Nullable Set<String> executions) {

  /** Our own tokens are shorter. */
  private static final int LONGEST_TOKEN = 64;

  /** Id of the current job, from its host or from RQ's record. */
  Optional<String> job() {
    return RqFields.text(own.get("job")).or(() -> RqFields.text(rq.get("current_job")));
  }

  /** The field with the start time of the current job, for a worker without our host. */
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
   * The worker; empty if Redis has no fields of it.
   *
   * @param begun start times of current jobs
   * @param births births that were parsed before, by their text
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

  /** The worker's queues. RQ joins the names by commas, without quotes. */
  private List<String> queues() {
    return RqFields.text(rq.get("queues"))
        .map(names -> List.of(names.split(",")))
        .orElse(List.of());
  }

  /**
   * Whether our worker host measures this worker. A host that could not install its guard in this
   * RQ version does not measure either.
   */
  private boolean isHosted() {
    return "1".equals(own.get("v")) && !"0".equals(own.get("guarded"));
  }

  /**
   * The worker's state. RQ writes it only when it changes, so after Redis has lost its data, an
   * idle worker's record holds only a heartbeat. In that case the host's fields determine the
   * state.
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

  /**
   * The busy time from RQ's record. RQ writes no total before the first job has ended, so a record
   * without a total means 0 s.
   */
  private Optional<BusyReading> derived(Map<JobStart, Optional<Instant>> begun, RqFields fields) {
    if (!rq.containsKey("state")) {
      return Optional.empty();
    }
    Optional<Instant> since = jobInHand().flatMap(job -> begun.getOrDefault(job, Optional.empty()));
    double total = fields.seconds(rq.get("total_working_time")).orElse(0);
    return Optional.of(new BusyReading(total, since, BusyReading.Source.DERIVED));
  }
}
