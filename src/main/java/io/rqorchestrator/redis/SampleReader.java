package io.rqorchestrator.redis;

import io.rqorchestrator.rq.BusyReading;
import io.rqorchestrator.rq.RqQueue;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;

/**
 * Takes one sample: one pipelined round trip for the known names and ids, and a second one only if
 * the first returned new names or ids.
 */
final class SampleReader {

  /** How many jobs at a queue's head are read for their age: the first is not always the oldest. */
  private static final int HEADS = 5;

  private final List<String> queues;
  private final TickSource ticks;

  /** Workers registered on our queues as of the last sample. */
  private final RegisteredWorkers registered;

  /** Workers on any queue of this Redis. */
  private final RegisteredWorkers allWorkers = new RegisteredWorkers(List.of(RqKeys.WORKERS));

  private final LongValues longValues = new LongValues();

  /** Workers whose host publishes the busy time, so that RQ's own bookkeeping is not needed. */
  private Set<String> hosted = Set.of();

  /** When the jobs at the heads of the queues were enqueued, by id. */
  private final Map<String, Optional<Instant>> enqueued = new HashMap<>();

  /** When the current jobs of workers without our host started. */
  private final Map<JobStart, Optional<Instant>> begun = new HashMap<>();

  /** Births of workers by their text, which never changes; a cache, because parsing is slow. */
  private final Map<String, Optional<Instant>> births = new HashMap<>();

  private final JobSampleFields samples;
  private final String[] hostFields;
  private final OrphanJobs orphanJobs;

  SampleReader(List<String> queues, TickSource ticks) {
    this.queues = List.copyOf(queues);
    this.samples = new JobSampleFields(queues);
    this.hostFields =
        Stream.concat(Stream.of(RqKeys.HOST_FIELDS), samples.names().stream())
            .toArray(String[]::new);
    this.orphanJobs = new OrphanJobs(this.queues);
    this.registered = new RegisteredWorkers(this.queues.stream().map(RqKeys::workersOf).toList());
    this.ticks = ticks;
  }

  /** The requests for one queue. */
  private record QueueAnswer(
      String name, Response<Long> queued, Response<List<String>> heads, Response<Long> due) {}

  /**
   * Takes a sample.
   *
   * @param names workers to read even if they are not registered
   * @param deadNames those of them that died and whose jobs an orphan may be running
   * @param everywhere whether to read workers on other queues, too
   */
  RqSnapshot read(Jedis jedis, Set<String> names, Set<String> deadNames, boolean everywhere) {
    RqFields fields = new RqFields();
    Set<String> known = new LinkedHashSet<>(names);
    known.addAll(registered.names());
    Tick asked = ticks.now();

    Pipeline pipeline = jedis.pipelined();
    Response<Boolean> suspended = pipeline.exists(RqKeys.SUSPENDED);
    long epoch = asked.wall().getEpochSecond();
    List<QueueAnswer> queueAnswers =
        queues.stream().map(queue -> ask(pipeline, queue, epoch)).toList();
    // The pool's own workers come first: values written by others may use up the limit of a sample.
    List<WorkerAnswer> workerAnswers =
        known.stream().map(name -> ask(pipeline, name, asked)).toList();
    List<RegisteredWorkers.SetPage> members = registered.ask(pipeline, asked);
    pipeline.sync();
    Tick at = ticks.now();
    List<WorkerFields> records = new ArrayList<>();
    workerAnswers.forEach(answer -> records.add(answer.read(longValues, at, fields)));

    registered.take(jedis, members, at, fields);
    List<String> newNames =
        registered.names().stream().filter(name -> !known.contains(name)).toList();
    Map<String, String> missing = orphanJobs.missing(deadNames, jobs(deadNames, records));
    secondTrip(jedis, at, newNames, queueAnswers, records, missing, fields);

    Map<String, RqWorker> workers = workers(records, fields);
    forgetOthers(workers, records);
    List<RqQueue> parsedQueues =
        queueAnswers.stream().map(answer -> parse(answer, fields)).toList();
    Map<String, RqWorker> elsewhere =
        everywhere ? elsewhere(jedis, at, workers.keySet(), fields) : Map.of();
    boolean isSuspended = Answers.value(suspended, fields).orElse(false);
    return new RqSnapshot(
        at,
        parsedQueues,
        workers,
        elsewhere,
        orphanJobs.found(),
        isSuspended,
        fields.unreadable(),
        registered.leftOut() + longValues.count() + orphanJobs.leftOut());
  }

  /** The jobs in the records of dead workers. */
  private static Map<String, String> jobs(Set<String> deadNames, List<WorkerFields> records) {
    Map<String, String> jobs = new HashMap<>();
    for (WorkerFields record : records) {
      if (deadNames.contains(record.name())) {
        record.job().ifPresent(job -> jobs.put(record.name(), job));
      }
    }
    return jobs;
  }

  private Map<String, RqWorker> workers(List<WorkerFields> records, RqFields fields) {
    if (births.size() > 2 * records.size()) {
      births.clear(); // mostly births of dead workers
    }
    Map<String, RqWorker> workers = new LinkedHashMap<>();
    for (WorkerFields record : records) {
      record
          .worker(begun, births, samples, fields)
          .ifPresent(worker -> workers.put(worker.name(), worker));
    }
    return workers;
  }

  /** Keeps from one sample to the next only what belongs to workers of this sample. */
  private void forgetOthers(Map<String, RqWorker> workers, List<WorkerFields> records) {
    hosted =
        workers.values().stream()
            .filter(SampleReader::isExact)
            .map(RqWorker::name)
            .collect(Collectors.toSet());
    samples.retain(workers.keySet());
    longValues.retain(
        records.stream()
            .flatMap(record -> Stream.of(RqKeys.worker(record.name()), RqKeys.host(record.name())))
            .collect(Collectors.toSet()));
  }

  /** Whether the worker's host publishes the busy time. */
  private static boolean isExact(RqWorker worker) {
    return worker.busy().filter(busy -> busy.source() == BusyReading.Source.EXACT).isPresent();
  }

  /** Workers on none of our queues, up to the limit of {@link RegisteredWorkers}. */
  private Map<String, RqWorker> elsewhere(
      Jedis jedis, Tick now, Set<String> known, RqFields fields) {
    Pipeline pipeline = jedis.pipelined();
    List<RegisteredWorkers.SetPage> members = allWorkers.ask(pipeline, now);
    pipeline.sync();
    allWorkers.take(jedis, members, now, fields);
    Pipeline second = jedis.pipelined();
    List<WorkerAnswer> answers =
        allWorkers.names().stream()
            .filter(name -> !known.contains(name))
            .map(name -> ask(second, name, now))
            .toList();
    second.sync();
    Map<String, RqWorker> workers = new LinkedHashMap<>();
    for (WorkerAnswer answer : answers) {
      answer
          .read(longValues, now, fields)
          .worker(begun, births, samples, fields)
          .ifPresent(worker -> workers.put(worker.name(), worker));
    }
    return workers;
  }

  private static QueueAnswer ask(Pipeline pipeline, String queue, long epoch) {
    return new QueueAnswer(
        queue,
        pipeline.llen(RqKeys.queue(queue)),
        pipeline.lrange(RqKeys.queue(queue), 0, HEADS - 1),
        pipeline.zcount(RqKeys.scheduled(queue), 0, (double) epoch));
  }

  private WorkerAnswer ask(Pipeline pipeline, String name, Tick now) {
    return WorkerAnswer.ask(pipeline, name, hosted.contains(name), hostFields, longValues, now);
  }

  /**
   * Reads what the first trip showed to be missing: new workers, times of jobs, and how long
   * orphaned jobs count as running.
   */
  private void secondTrip(
      Jedis jedis,
      Tick now,
      List<String> newNames,
      List<QueueAnswer> queueAnswers,
      List<WorkerFields> records,
      Map<String, String> missingOrphans,
      RqFields fields) {
    Set<String> heads = new HashSet<>();
    queueAnswers.forEach(answer -> Answers.value(answer.heads(), fields).ifPresent(heads::addAll));
    heads.remove(BoundedReplies.TOO_LONG);
    Set<JobStart> starts = new HashSet<>();
    records.forEach(record -> record.jobInHand().ifPresent(starts::add));
    enqueued.keySet().retainAll(heads);
    begun.keySet().retainAll(starts);
    heads.removeAll(enqueued.keySet());
    starts.removeAll(begun.keySet());
    if (missingOrphans.isEmpty()) {
      orphanJobs.rest();
    }
    if (newNames.isEmpty() && heads.isEmpty() && starts.isEmpty() && missingOrphans.isEmpty()) {
      return;
    }
    Pipeline pipeline = jedis.pipelined();
    Map<String, Response<String>> enqueuedAt = new HashMap<>();
    heads.forEach(id -> enqueuedAt.put(id, pipeline.hget(RqKeys.job(id), "enqueued_at")));
    Map<JobStart, Response<String>> begunAt = new HashMap<>();
    starts.forEach(start -> begunAt.put(start, pipeline.hget(start.key(), start.field())));
    List<WorkerAnswer> newAnswers =
        newNames.stream().map(name -> ask(pipeline, name, now)).toList();
    pipeline.sync();
    newAnswers.forEach(answer -> records.add(answer.read(longValues, now, fields)));
    orphanJobs.look(jedis, missingOrphans, fields);
    enqueuedAt.forEach(
        (id, time) -> enqueued.put(id, Answers.value(time, fields).flatMap(fields::time)));
    begunAt.forEach(
        (start, time) ->
            begun.put(
                start, Answers.value(time, fields).flatMap(text -> start.parse(text, fields))));
  }

  private RqQueue parse(QueueAnswer answer, RqFields fields) {
    Optional<Instant> oldest =
        Answers.value(answer.heads(), fields).orElse(List.of()).stream()
            .flatMap(id -> enqueued.getOrDefault(id, Optional.empty()).stream())
            .min(Instant::compareTo);
    return new RqQueue(
        answer.name(),
        Answers.value(answer.queued(), fields).orElse(0L),
        oldest,
        Answers.value(answer.due(), fields).orElse(0L));
  }
}
