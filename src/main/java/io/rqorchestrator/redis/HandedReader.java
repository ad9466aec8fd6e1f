package io.rqorchestrator.redis;

import io.rqorchestrator.rq.HandedJob;
import io.rqorchestrator.rq.HandedJob.Trace;
import io.rqorchestrator.rq.HandedLook;
import io.rqorchestrator.rq.HandedQuestion;
import io.rqorchestrator.time.TickSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Finds jobs that are queued but not in their queues. A worker with one queue moves a popped job
 * into a list of RQ. With several queues, or before RQ 1.15, the job is in no list: only its own
 * record exists.
 */
final class HandedReader {

  /** Most jobs read from one list: more than the workers that may share a queue. */
  private static final int MOST_LISTED = RegisteredWorkers.MOST;

  private static final String[] JOB_FIELDS = {"status", "origin"};
  private static final String[] RECORD = {"last_heartbeat", "state", "current_job", "death"};
  private static final String[] HOST = {"job", "moves"};

  /** The contents of a dead worker's keys. */
  private record DeadWorkerKeys(String job, boolean moves, boolean hasDeath) {}

  private final List<String> queues;
  private final TickSource ticks;
  private final JobSearch.Rest rest;

  /**
   * @param queues the pool's queues in priority order
   * @param rest pauses a search
   */
  HandedReader(List<String> queues, TickSource ticks, JobSearch.Rest rest) {
    this.queues = List.copyOf(queues);
    this.ticks = ticks;
    this.rest = rest;
  }

  /**
   * Reads once. Workers are read after the jobs: a worker with a newer heartbeat names its job by
   * then, so it holds none of these jobs unless it names one of them.
   *
   * @throws InterruptedException if the thread must end
   */
  HandedLook look(RedisConnection connection, HandedQuestion question) throws InterruptedException {
    RqFields fields = new RqFields();
    List<HandedJob> jobs = new ArrayList<>();
    String problem = "";
    if (question.known().isEmpty()) {
      Map<String, DeadWorkerKeys> dead =
          deadWorkerKeys(connection.begin(), question.dead(), fields);
      jobs.addAll(listed(connection.begin(), fields));
      List<String> named = dead.values().stream().map(DeadWorkerKeys::job).toList();
      Map<String, String> states = states(connection.begin(), named);
      jobs.addAll(named(connection.begin(), named, jobs));
      if (dead.values().stream().anyMatch(worker -> mustSearch(worker, states))) {
        JobSearch search = new JobSearch(queues, question.since(), ticks, rest);
        search.run(connection, ids(jobs));
        jobs.addAll(search.found());
        problem = search.problem();
      }
    } else {
      jobs.addAll(stillHanded(connection.begin(), question.known()));
    }
    RegisteredWorkers registered =
        new RegisteredWorkers(queues.stream().map(RqKeys::workersOf).toList());
    Jedis jedis = connection.begin();
    Pipeline pipeline = jedis.pipelined();
    List<RegisteredWorkers.SetPage> asked = registered.ask(pipeline, ticks.now());
    pipeline.sync();
    registered.take(jedis, asked, ticks.now(), fields);
    return new HandedLook(
        jobs,
        signs(connection.begin(), registered.names(), fields),
        registered.leftOut() == 0,
        problem);
  }

  private static List<String> ids(List<HandedJob> jobs) {
    return jobs.stream().map(HandedJob::id).toList();
  }

  /**
   * Whether the dead worker may hold a job that neither a list nor its own keys show. It cannot if
   * it recorded its death, if its keys name a queued or started job, or if it pops jobs into a
   * list.
   */
  private static boolean mustSearch(DeadWorkerKeys worker, Map<String, String> states) {
    String state = states.getOrDefault(worker.job(), "");
    boolean holds = state.equals("queued") || state.equals("started");
    return !worker.hasDeath() && !worker.moves() && !holds;
  }

  private static Map<String, DeadWorkerKeys> deadWorkerKeys(
      Jedis jedis, Set<String> names, RqFields fields) {
    Map<String, Response<List<String>>> records = new HashMap<>();
    Map<String, Response<List<String>>> hosts = new HashMap<>();
    Pipeline pipeline = jedis.pipelined();
    for (String name : names) {
      records.put(name, pipeline.hmget(RqKeys.worker(name), RECORD));
      hosts.put(name, pipeline.hmget(RqKeys.host(name), HOST));
    }
    pipeline.sync();
    Map<String, DeadWorkerKeys> keys = new HashMap<>();
    for (String name : names) {
      List<@Nullable String> record = values(records.get(name), fields);
      List<@Nullable String> host = values(hosts.get(name), fields);
      String job = at(host, 0).or(() -> at(record, 2)).orElse("");
      boolean moves = at(host, 1).equals(Optional.of("1"));
      keys.put(name, new DeadWorkerKeys(job, moves, at(record, 3).isPresent()));
    }
    return keys;
  }

  private static List<@Nullable String> values(
      @Nullable Response<List<String>> response, RqFields fields) {
    return response == null ? List.of() : Answers.value(response, fields).orElse(List.of());
  }

  private static Optional<String> at(List<@Nullable String> values, int index) {
    return index < values.size() ? RqFields.text(values.get(index)) : Optional.empty();
  }

  /** The states of those jobs that exist. */
  private static Map<String, String> states(Jedis jedis, List<String> ids) {
    Map<String, String> states = new HashMap<>();
    records(jedis, ids).forEach((id, record) -> at(record, 0).ifPresent(s -> states.put(id, s)));
    return states;
  }

  private static Map<String, List<@Nullable String>> records(Jedis jedis, List<String> ids) {
    Map<String, Response<List<String>>> answers = new LinkedHashMap<>();
    Pipeline pipeline = jedis.pipelined();
    ids.stream()
        .filter(id -> !id.isEmpty() && !id.equals(BoundedReplies.TOO_LONG))
        .forEach(id -> answers.put(id, pipeline.hmget(RqKeys.job(id), JOB_FIELDS)));
    pipeline.sync();
    Map<String, List<@Nullable String>> records = new LinkedHashMap<>();
    RqFields fields = new RqFields();
    answers.forEach((id, answer) -> records.put(id, values(answer, fields)));
    return records;
  }

  /** The jobs in RQ's lists of popped jobs that were not started. */
  private List<HandedJob> listed(Jedis jedis, RqFields fields) {
    Map<String, Response<List<String>>> lists = new LinkedHashMap<>();
    Pipeline pipeline = jedis.pipelined();
    for (String queue : queues) {
      lists.put(queue, pipeline.lrange(RqKeys.intermediate(queue), 0, MOST_LISTED - 1L));
    }
    pipeline.sync();
    List<HandedJob> listed = new ArrayList<>();
    lists.forEach(
        (queue, list) ->
            Answers.value(list, fields)
                .ifPresent(
                    ids ->
                        states(jedis, ids)
                            .forEach(
                                (id, state) -> {
                                  if (state.equals("queued")) {
                                    listed.add(new HandedJob(id, queue, Trace.INTERMEDIATE));
                                  }
                                })));
    return listed;
  }

  /** The jobs that dead workers name and that are in no list. */
  private List<HandedJob> named(Jedis jedis, List<String> ids, List<HandedJob> listed) {
    List<HandedJob> candidates = new ArrayList<>();
    records(jedis, ids)
        .forEach(
            (id, record) -> {
              String queue = at(record, 1).orElse("");
              boolean queued = at(record, 0).equals(Optional.of("queued"));
              if (queued && queues.contains(queue) && !ids(listed).contains(id)) {
                candidates.add(new HandedJob(id, queue, Trace.NAMED));
              }
            });
    return stillHanded(jedis, candidates);
  }

  /** Those of the known jobs that are still queued and not in their queue. */
  private static List<HandedJob> stillHanded(Jedis jedis, List<HandedJob> known) {
    Map<HandedJob, Response<String>> states = new LinkedHashMap<>();
    Map<HandedJob, Response<Long>> places = new HashMap<>();
    Map<HandedJob, Response<Long>> popped = new HashMap<>();
    Pipeline pipeline = jedis.pipelined();
    for (HandedJob job : known) {
      states.put(job, pipeline.hget(RqKeys.job(job.id()), "status"));
      places.put(job, pipeline.lpos(RqKeys.queue(job.queue()), job.id()));
      popped.put(job, pipeline.lpos(RqKeys.intermediate(job.queue()), job.id()));
    }
    pipeline.sync();
    List<HandedJob> still = new ArrayList<>();
    states.forEach(
        (job, state) -> {
          boolean waits = isListed(places.get(job));
          boolean listed = isListed(popped.get(job));
          boolean expected = listed == (job.trace() == Trace.INTERMEDIATE);
          if ("queued".equals(state.get()) && !waits && expected) {
            still.add(job);
          }
        });
    return still;
  }

  /**
   * Whether the reply has a position. Redis before 6.0.6 lacks the command; the job counts as not
   * listed there, and putting it back will be refused.
   */
  private static boolean isListed(@Nullable Response<Long> place) {
    try {
      return place != null && place.get() != null;
    } catch (JedisDataException e) {
      return false;
    }
  }

  /**
   * Reads the workers' records before the fields of their hosts: a host names a job before it sends
   * a heartbeat.
   */
  private static Map<String, HandedLook.Sign> signs(
      Jedis jedis, Set<String> names, RqFields fields) {
    Map<String, Response<List<String>>> records = new HashMap<>();
    Map<String, Response<List<String>>> executions = new HashMap<>();
    Map<String, Response<String>> hosts = new HashMap<>();
    Pipeline pipeline = jedis.pipelined();
    for (String name : names) {
      records.put(name, pipeline.hmget(RqKeys.worker(name), RECORD));
      executions.put(name, pipeline.srandmember(RqKeys.executions(name), 1));
      hosts.put(name, pipeline.hget(RqKeys.host(name), "job"));
    }
    pipeline.sync();
    Map<String, HandedLook.Sign> signs = new HashMap<>();
    for (String name : names) {
      List<@Nullable String> record = values(records.get(name), fields);
      Response<String> host = hosts.get(name);
      Optional<String> hosted =
          host == null ? Optional.empty() : Answers.value(host, fields).flatMap(RqFields::text);
      Optional<String> execution = at(values(executions.get(name), fields), 0);
      String job =
          hosted.or(() -> at(record, 2)).or(() -> execution.map(JobsInHand::jobOf)).orElse("");
      boolean dead = at(record, 3).isPresent() || at(record, 0).isEmpty();
      if (!dead) {
        boolean busy = at(record, 1).equals(Optional.of("busy"));
        signs.put(name, new HandedLook.Sign(at(record, 0).orElseThrow(), busy, job));
      }
    }
    return signs;
  }
}
