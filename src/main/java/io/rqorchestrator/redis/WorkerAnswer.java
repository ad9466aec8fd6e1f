package io.rqorchestrator.redis;

import io.rqorchestrator.rq.BusyReading;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.rq.WorkerState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;

/**
 * What was asked about one worker.
 *
 * @param hostFieldNames what was asked of what the worker host publishes
 * @param record RQ's fields of it
 * @param host what the worker host publishes of it
 * @param executions jobs in hand; not asked of a worker in our host, which says so itself
 */
record WorkerAnswer(
    String name,
    List<String> hostFieldNames,
    Response<List<String>> record,
    Response<List<String>> host,
    @Nullable Response<Set<String>> executions) {

  /**
   * Asks.
   *
   * @param hosted whether it is known to run in our worker host
   */
  static WorkerAnswer ask(Pipeline pipeline, String name, boolean hosted, JobSampleFields samples) {
    List<String> hostFields = new ArrayList<>(List.of(RqKeys.HOST_FIELDS));
    hostFields.addAll(samples.names());
    return new WorkerAnswer(
        name,
        hostFields,
        pipeline.hmget(RqKeys.worker(name), RqKeys.WORKER_FIELDS),
        pipeline.hmget(RqKeys.host(name), hostFields.toArray(String[]::new)),
        hosted ? null : pipeline.smembers(RqKeys.executions(name)));
  }

  /** Whether its host publishes its busy time, so that RQ's own bookkeeping need not be asked. */
  boolean isExact(RqFields fields) {
    return isHosted(hostFields(fields)) && exact(hostFields(fields), fields).isPresent();
  }

  /** Id of the job in hand, by its host or by RQ's record. */
  Optional<String> job(RqFields fields) {
    return job(hostFields(fields), recordFields(fields));
  }

  private static Optional<String> job(Map<String, String> own, Map<String, String> rq) {
    return RqFields.text(own.get("job")).or(() -> RqFields.text(rq.get("current_job")));
  }

  /** Where it stands when the job in hand was begun, for a worker without a host. */
  Optional<JobStart> jobInHand(RqFields fields) {
    if (executions == null || isHosted(hostFields(fields))) {
      return Optional.empty();
    }
    return Answers.value(executions, fields)
        .flatMap(set -> set.stream().findFirst())
        .map(JobStart::ofExecution)
        .or(() -> RqFields.text(recordFields(fields).get("current_job")).map(JobStart::ofJob));
  }

  /**
   * The worker; empty if there is nothing of it.
   *
   * @param begun when jobs in hand were begun
   */
  Optional<RqWorker> worker(
      Map<JobStart, Optional<Instant>> begun, JobSampleFields samples, RqFields fields) {
    Map<String, String> rq = recordFields(fields);
    Map<String, String> own = hostFields(fields);
    if (rq.isEmpty() && own.isEmpty()) {
      return Optional.empty();
    }
    Optional<BusyReading> busy = isHosted(own) ? exact(own, fields) : derived(rq, begun, fields);
    long ended =
        fields.count(rq.get("successful_job_count")).orElse(0)
            + fields.count(rq.get("failed_job_count")).orElse(0);
    return Optional.of(
        new RqWorker(
            name,
            RqFields.text(rq.get("hostname")),
            fields.count(rq.get("pid")),
            fields.time(rq.get("birth")),
            state(rq, isHosted(own), busy),
            RqFields.text(rq.get("last_heartbeat")),
            job(own, rq),
            busy,
            Math.max(ended, fields.count(own.get("jobs")).orElse(0)),
            isHosted(own) ? samples.parse(name, own, fields) : Optional.empty(),
            RqFields.text(own.get("guarded")).map("1"::equals),
            rq.containsKey("death")));
  }

  private static boolean isHosted(Map<String, String> own) {
    return "1".equals(own.get("v"));
  }

  /**
   * RQ writes a worker's state only when it changes. So once Redis has lost its data, an idle
   * worker's record holds a heartbeat and nothing else; but its host tells the rest.
   */
  private static WorkerState state(
      Map<String, String> rq, boolean hosted, Optional<BusyReading> busy) {
    boolean lost = !rq.containsKey("birth") && rq.containsKey("last_heartbeat");
    if (hosted && lost && busy.isPresent() && !rq.containsKey("state")) {
      return busy.get().since().isPresent() ? WorkerState.BUSY : WorkerState.IDLE;
    }
    return RqFields.text(rq.get("state")).map(WorkerState::of).orElse(WorkerState.UNKNOWN);
  }

  private static Optional<BusyReading> exact(Map<String, String> own, RqFields fields) {
    Optional<Instant> since = fields.epoch(own.get("busy_since"));
    return fields.seconds(own.get("busy_total")).stream()
        .mapToObj(total -> new BusyReading(total, since, BusyReading.Source.EXACT))
        .findFirst();
  }

  /** RQ writes no total before the first job has ended: a record without it has worked 0 s. */
  private Optional<BusyReading> derived(
      Map<String, String> rq, Map<JobStart, Optional<Instant>> begun, RqFields fields) {
    if (!rq.containsKey("state")) {
      return Optional.empty();
    }
    Optional<Instant> since =
        jobInHand(fields).flatMap(job -> begun.getOrDefault(job, Optional.empty()));
    double total = fields.seconds(rq.get("total_working_time")).orElse(0);
    return Optional.of(new BusyReading(total, since, BusyReading.Source.DERIVED));
  }

  private Map<String, String> recordFields(RqFields fields) {
    return named(List.of(RqKeys.WORKER_FIELDS), record, fields);
  }

  private Map<String, String> hostFields(RqFields fields) {
    return named(hostFieldNames, host, fields);
  }

  /** The values that are there, by field. */
  private static Map<String, String> named(
      List<String> names, Response<List<String>> answer, RqFields fields) {
    Map<String, String> present = new HashMap<>();
    List<@Nullable String> values = Answers.value(answer, fields).orElse(List.of());
    for (int i = 0; i < values.size(); i++) {
      String text = values.get(i);
      if (text != null) {
        present.put(names.get(i), text);
      }
    }
    return present;
  }
}
