package io.rqorchestrator.redis;

import io.rqorchestrator.rq.HandedJob;
import io.rqorchestrator.rq.HandedJob.Trace;
import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.TickSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * Searches the records of all jobs for those that are queued and in no list. A job that was popped
 * by BLPOP or LPOP leaves no other trace in Redis.
 *
 * <p>The search reads in pieces, and pauses after each piece for four times as long as the piece
 * took. It uses a fifth of the time of an otherwise idle Redis, and less of a busy one.
 */
final class JobSearch {

  private static final String START = ScanParams.SCAN_POINTER_START;
  private static final int PIECE = 1000;

  /** Five million keys. */
  private static final int MOST_PIECES = 5000;

  private static final Duration LONGEST = Duration.ofMinutes(3);

  /** Most ids that Redis compares to find jobs in their queues: about a second of its time. */
  private static final long MOST_COMPARED = 100_000_000;

  /** Jobs at the head of a queue that are read for their age. */
  private static final int HEAD = 10;

  /** The clocks of enqueuing hosts may differ by this much. */
  private static final Duration CLOCKS = Duration.ofSeconds(2);

  private static final String[] FIELDS = {"status", "origin", "enqueued_at"};

  /** Pauses the search. */
  @FunctionalInterface
  interface Rest {

    /**
     * Returns after {@code time}.
     *
     * @throws InterruptedException if the search must end
     */
    void take(Duration time) throws InterruptedException;
  }

  private final List<String> queues;
  private final TickSource ticks;
  private final Rest rest;
  private final Instant since;
  private final List<HandedJob> found = new ArrayList<>();
  private final RqFields fields = new RqFields();

  /**
   * By queue: a popped job was enqueued before this time, because it is older than the jobs at the
   * head.
   */
  private final Map<String, Instant> before = new HashMap<>();

  private long compared;
  private String problem = "";

  /**
   * @param queues only jobs from these queues are searched for
   * @param since only jobs enqueued at this time or later are searched for
   */
  JobSearch(List<String> queues, Instant since, TickSource ticks, Rest rest) {
    this.queues = queues;
    this.ticks = ticks;
    this.rest = rest;
    this.since = since;
  }

  /**
   * Searches; this may take minutes.
   *
   * @param known ids of jobs that need not be found
   * @throws InterruptedException if the thread must end
   */
  void run(RedisConnection connection, List<String> known) throws InterruptedException {
    try {
      readHeads(connection.begin());
      Tick begun = ticks.now();
      ScanParams params = new ScanParams().match(RqKeys.JOBS + "*").count(PIECE);
      String cursor = START;
      int pieces = 0;
      do {
        Tick from = ticks.now();
        Jedis jedis = connection.begin();
        ScanResult<String> piece = jedis.scan(cursor, params);
        cursor = piece.getCursor();
        take(jedis, piece.getResult(), known);
        pieces++;
        Tick now = ticks.now();
        if (!cursor.equals(START) && (pieces == MOST_PIECES || now.hasPassed(LONGEST, begun))) {
          problem = "Redis holds too many keys to check every job";
        } else if (!cursor.equals(START)) {
          rest.take(now.since(from).multipliedBy(4));
        }
      } while (!cursor.equals(START) && problem.isEmpty());
    } catch (JedisDataException e) {
      problem = "Redis refuses to list the jobs: " + e.getMessage();
    }
  }

  private void readHeads(Jedis jedis) {
    for (String queue : queues) {
      List<String> ids = jedis.lrange(RqKeys.queue(queue), 0, HEAD - 1L);
      ids.stream()
          .filter(id -> !id.equals(BoundedReplies.TOO_LONG))
          .map(id -> jedis.hget(RqKeys.job(id), "enqueued_at"))
          .flatMap(text -> fields.time(text).stream())
          .max(Instant::compareTo)
          .ifPresent(youngest -> before.put(queue, youngest.plus(CLOCKS)));
    }
  }

  private void take(Jedis jedis, List<String> keys, List<String> known) {
    Map<String, Response<List<String>>> records = new LinkedHashMap<>();
    Pipeline pipeline = jedis.pipelined();
    for (String key : keys) {
      String id = key.startsWith(RqKeys.JOBS) ? key.substring(RqKeys.JOBS.length()) : "";
      if (!id.isEmpty() && !known.contains(id)) {
        records.put(id, pipeline.hmget(key, FIELDS));
      }
    }
    pipeline.sync();
    List<HandedJob> candidates = new ArrayList<>();
    records.forEach(
        (id, record) ->
            Answers.value(record, fields)
                .flatMap(values -> candidate(id, values))
                .ifPresent(candidates::add));
    candidates.stream()
        .filter(job -> found.stream().noneMatch(other -> other.id().equals(job.id())))
        .filter(job -> isInNoList(jedis, job))
        .forEach(found::add);
  }

  private Optional<HandedJob> candidate(String id, List<@Nullable String> record) {
    String queue = Optional.ofNullable(record.get(1)).orElse("");
    if (!"queued".equals(record.get(0)) || !queues.contains(queue)) {
      return Optional.empty();
    }
    return fields
        .time(record.get(2))
        .filter(at -> !at.isBefore(since) && !at.isAfter(before.getOrDefault(queue, Instant.MAX)))
        .map(at -> new HandedJob(id, queue, Trace.SEARCHED));
  }

  private boolean isInNoList(Jedis jedis, HandedJob job) {
    String queue = RqKeys.queue(job.queue());
    compared += jedis.llen(queue);
    if (compared > MOST_COMPARED) {
      problem = "too many jobs wait to search for each of them in its queue";
      return false;
    }
    return jedis.lpos(queue, job.id()) == null
        && jedis.lpos(RqKeys.intermediate(job.queue()), job.id()) == null;
  }

  /** The jobs that were found. */
  List<HandedJob> found() {
    return List.copyOf(found);
  }

  /** Why not all jobs could be checked, for the user; empty if all were. */
  String problem() {
    return problem;
  }
}
