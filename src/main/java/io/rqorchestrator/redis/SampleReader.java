package io.rqorchestrator.redis;

import io.rqorchestrator.rq.BusyReading;
import io.rqorchestrator.rq.RqQueue;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.rq.WorkerState;
import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.TickSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Takes one sample: one pipelined round trip over the names and ids it knows, and one more only if
 * that brought up some it has never seen.
 */
final class SampleReader {

  /**
   * How many jobs at a queue's head are asked for their age: the first is not always the oldest.
   */
  private static final int HEADS = 5;

  private final List<String> queues;
  private final TickSource ticks;

  /** Workers registered on our queues as of the last sample. */
  private Set<String> registered = Set.of();

  /** Workers whose host publishes its busy time, so that RQ's own bookkeeping need not be asked. */
  private Set<String> hosted = new HashSet<>();

  /** When the jobs at the heads of the queues were enqueued, by id. */
  private final Map<String, Optional<Instant>> enqueued = new HashMap<>();

  /** When the jobs in hand of workers without a host were begun. */
  private final Map<JobStart, Optional<Instant>> begun = new HashMap<>();

  SampleReader(List<String> queues, TickSource ticks) {
    this.queues = List.copyOf(queues);
    this.ticks = ticks;
  }

  /** What was asked about one queue. */
  private record QueueAnswer(
      String name, Response<Long> queued, Response<List<String>> heads, Response<Long> due) {}

  /** What was asked about one worker. */
  private record WorkerAnswer(
      String name,
      Response<List<String>> record,
      Response<List<String>> host,
      @Nullable Response<Set<String>> executions) {

    Map<String, String> recordFields(RqFields fields) {
      return named(RqKeys.WORKER_FIELDS, record, fields);
    }

    Map<String, String> hostFields(RqFields fields) {
      return named(RqKeys.HOST_FIELDS, host, fields);
    }

    /** The values that are there, by field. */
    private static Map<String, String> named(
        String[] names, Response<List<String>> answer, RqFields fields) {
      Map<String, String> present = new HashMap<>();
      List<@Nullable String> values = value(answer, fields).orElse(List.of());
      for (int i = 0; i < values.size(); i++) {
        String text = values.get(i);
        if (text != null) {
          present.put(names[i], text);
        }
      }
      return present;
    }
  }

  /**
   * Where it stands when a job in hand was begun.
   *
   * @param field {@code created_at} of an execution, seconds since the epoch, or {@code started_at}
   *     of a job
   */
  private record JobStart(String key, String field) {
    Optional<Instant> parse(String text, RqFields fields) {
      return field.equals("created_at") ? fields.epoch(text) : fields.time(text);
    }
  }

  /**
   * Takes a sample.
   *
   * @param names workers to read even if they are not registered
   */
  RqSnapshot read(Jedis jedis, Set<String> names) {
    RqFields fields = new RqFields();
    Set<String> known = new LinkedHashSet<>(names);
    known.addAll(registered);

    Pipeline pipeline = jedis.pipelined();
    Response<Boolean> suspended = pipeline.exists(RqKeys.SUSPENDED);
    long epoch = ticks.now().wall().getEpochSecond();
    List<QueueAnswer> queueAnswers =
        queues.stream().map(queue -> ask(pipeline, queue, epoch)).toList();
    List<Response<Set<String>>> members =
        queues.stream().map(queue -> pipeline.smembers(RqKeys.workersOf(queue))).toList();
    List<WorkerAnswer> workerAnswers = new ArrayList<>();
    known.forEach(name -> workerAnswers.add(ask(pipeline, name)));
    pipeline.sync();
    Tick at = ticks.now();

    registered = registeredNames(members, fields);
    List<String> newNames = registered.stream().filter(name -> !known.contains(name)).toList();
    secondTrip(jedis, newNames, queueAnswers, workerAnswers, fields);

    Map<String, RqWorker> workers = new LinkedHashMap<>();
    Set<String> nowHosted = new HashSet<>();
    for (WorkerAnswer answer : workerAnswers) {
      parse(answer, fields, nowHosted).ifPresent(worker -> workers.put(worker.name(), worker));
    }
    hosted = nowHosted;
    List<RqQueue> parsedQueues =
        queueAnswers.stream().map(answer -> parse(answer, fields)).toList();
    boolean isSuspended = value(suspended, fields).orElse(false);
    return new RqSnapshot(at, parsedQueues, workers, isSuspended, fields.unreadable());
  }

  private static QueueAnswer ask(Pipeline pipeline, String queue, long epoch) {
    return new QueueAnswer(
        queue,
        pipeline.llen(RqKeys.queue(queue)),
        pipeline.lrange(RqKeys.queue(queue), 0, HEADS - 1),
        pipeline.zcount(RqKeys.scheduled(queue), 0, (double) epoch));
  }

  private WorkerAnswer ask(Pipeline pipeline, String name) {
    return new WorkerAnswer(
        name,
        pipeline.hmget(RqKeys.worker(name), RqKeys.WORKER_FIELDS),
        pipeline.hmget(RqKeys.host(name), RqKeys.HOST_FIELDS),
        hosted.contains(name) ? null : pipeline.smembers(RqKeys.executions(name)));
  }

  private static Set<String> registeredNames(List<Response<Set<String>>> members, RqFields fields) {
    Set<String> names = new LinkedHashSet<>();
    for (Response<Set<String>> keys : members) {
      value(keys, fields).orElse(Set.of()).forEach(key -> names.add(RqKeys.workerName(key)));
    }
    return names;
  }

  /** Reads what the first trip brought up for the first time: workers, and times of jobs. */
  private void secondTrip(
      Jedis jedis,
      List<String> newNames,
      List<QueueAnswer> queueAnswers,
      List<WorkerAnswer> workerAnswers,
      RqFields fields) {
    Set<String> heads = new HashSet<>();
    queueAnswers.forEach(answer -> value(answer.heads(), fields).ifPresent(heads::addAll));
    Set<JobStart> starts = new HashSet<>();
    workerAnswers.forEach(answer -> jobInHand(answer, fields).ifPresent(starts::add));
    enqueued.keySet().retainAll(heads);
    begun.keySet().retainAll(starts);
    heads.removeAll(enqueued.keySet());
    starts.removeAll(begun.keySet());
    if (newNames.isEmpty() && heads.isEmpty() && starts.isEmpty()) {
      return;
    }
    Pipeline pipeline = jedis.pipelined();
    Map<String, Response<String>> enqueuedAt = new HashMap<>();
    heads.forEach(id -> enqueuedAt.put(id, pipeline.hget(RqKeys.job(id), "enqueued_at")));
    Map<JobStart, Response<String>> begunAt = new HashMap<>();
    starts.forEach(start -> begunAt.put(start, pipeline.hget(start.key(), start.field())));
    newNames.forEach(name -> workerAnswers.add(ask(pipeline, name)));
    pipeline.sync();
    enqueuedAt.forEach((id, time) -> enqueued.put(id, value(time, fields).flatMap(fields::time)));
    begunAt.forEach(
        (start, time) ->
            begun.put(start, value(time, fields).flatMap(text -> start.parse(text, fields))));
  }

  /** Where it stands when the job in hand was begun, for a worker without a host. */
  private static Optional<JobStart> jobInHand(WorkerAnswer answer, RqFields fields) {
    if (answer.executions() == null || isHosted(answer, fields)) {
      return Optional.empty();
    }
    Optional<String> execution =
        value(answer.executions(), fields).flatMap(set -> set.stream().findFirst());
    if (execution.isPresent()) {
      return Optional.of(new JobStart(RqKeys.execution(execution.get()), "created_at"));
    }
    return RqFields.text(answer.recordFields(fields).get("current_job"))
        .map(job -> new JobStart(RqKeys.job(job), "started_at"));
  }

  private static boolean isHosted(WorkerAnswer answer, RqFields fields) {
    return "1".equals(answer.hostFields(fields).get("v"));
  }

  private Optional<RqWorker> parse(WorkerAnswer answer, RqFields fields, Set<String> nowHosted) {
    Map<String, String> record = answer.recordFields(fields);
    Map<String, String> host = answer.hostFields(fields);
    if (record.isEmpty() && host.isEmpty()) {
      return Optional.empty();
    }
    Optional<BusyReading> busy =
        isHosted(answer, fields) ? exact(host, fields) : derived(answer, record, fields);
    if (busy.filter(reading -> reading.source() == BusyReading.Source.EXACT).isPresent()) {
      nowHosted.add(answer.name());
    }
    long ended =
        fields.count(record.get("successful_job_count")).orElse(0)
            + fields.count(record.get("failed_job_count")).orElse(0);
    return Optional.of(
        new RqWorker(
            answer.name(),
            RqFields.text(record.get("hostname")),
            fields.count(record.get("pid")),
            fields.time(record.get("birth")),
            RqFields.text(record.get("state")).map(WorkerState::of).orElse(WorkerState.UNKNOWN),
            RqFields.text(record.get("last_heartbeat")),
            RqFields.text(host.get("job")).or(() -> RqFields.text(record.get("current_job"))),
            busy,
            Math.max(ended, fields.count(host.get("jobs")).orElse(0)),
            RqFields.text(host.get("guarded")).map("1"::equals),
            record.containsKey("death")));
  }

  private static Optional<BusyReading> exact(Map<String, String> host, RqFields fields) {
    Optional<Instant> since = fields.epoch(host.get("busy_since"));
    return fields.seconds(host.get("busy_total")).stream()
        .mapToObj(total -> new BusyReading(total, since, BusyReading.Source.EXACT))
        .findFirst();
  }

  /** RQ writes no total before the first job has ended: a record without it has worked 0 s. */
  private Optional<BusyReading> derived(
      WorkerAnswer answer, Map<String, String> record, RqFields fields) {
    if (!record.containsKey("state")) {
      return Optional.empty();
    }
    Optional<Instant> since =
        jobInHand(answer, fields).flatMap(job -> begun.getOrDefault(job, Optional.empty()));
    double total = fields.seconds(record.get("total_working_time")).orElse(0);
    return Optional.of(new BusyReading(total, since, BusyReading.Source.DERIVED));
  }

  private RqQueue parse(QueueAnswer answer, RqFields fields) {
    Optional<Instant> oldest =
        value(answer.heads(), fields).orElse(List.of()).stream()
            .flatMap(id -> enqueued.getOrDefault(id, Optional.empty()).stream())
            .min(Instant::compareTo);
    return new RqQueue(
        answer.name(),
        value(answer.queued(), fields).orElse(0L),
        oldest,
        value(answer.due(), fields).orElse(0L));
  }

  /**
   * An answer's value. A key of the wrong type is unreadable, no more; a missing permission is the
   * user's to mend.
   */
  private static <T> Optional<T> value(Response<T> response, RqFields fields) {
    try {
      return Optional.ofNullable(response.get());
    } catch (JedisAccessControlException e) {
      throw e;
    } catch (JedisDataException e) {
      fields.countUnreadable();
      return Optional.empty();
    }
  }
}
