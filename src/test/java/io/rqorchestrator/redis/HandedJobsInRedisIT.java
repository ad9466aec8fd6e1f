package io.rqorchestrator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.it.TestRedis;
import io.rqorchestrator.rq.HandedJob;
import io.rqorchestrator.rq.HandedJob.Trace;
import io.rqorchestrator.rq.HandedLook;
import io.rqorchestrator.rq.HandedQuestion;
import io.rqorchestrator.rq.PutBack;
import io.rqorchestrator.time.SystemTicks;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ListDirection;

/** Jobs that are queued and in no queue, as a real Redis has them. */
@Execution(ExecutionMode.SAME_THREAD)
@Timeout(120)
final class HandedJobsInRedisIT {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final HandedReader reader =
      new HandedReader(List.of("high", "low"), new SystemTicks(), time -> {});
  private TestRedis redis;
  private Jedis jedis;
  private RedisConnection connection;

  @BeforeEach
  void start() throws Exception {
    redis = TestRedis.started();
    jedis = redis.connect();
    connection = connect();
    jedis.hset("rq:worker:dead", Map.of("state", "idle", "last_heartbeat", "1"));
  }

  private RedisConnection connect() {
    return new RedisConnection(
        new RedisSettings(
            URI.create(redis.url()).getHost(),
            URI.create(redis.url()).getPort(),
            Optional.empty(),
            0,
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(10)));
  }

  @AfterEach
  void stop() throws Exception {
    connection.close();
    jedis.close();
    redis.close();
  }

  private void job(String id, String status, String queue, Instant enqueued) {
    jedis.hset(
        "rq:job:" + id,
        Map.of("status", status, "origin", queue, "enqueued_at", enqueued.toString()));
  }

  private HandedLook look(HandedJob... known) throws InterruptedException {
    Instant since = NOW.minusSeconds(60);
    HandedQuestion question = new HandedQuestion(Set.of("dead"), since, List.of(known));
    return reader.look(connection, question);
  }

  @Test
  void whatLiesInRqsListOfPoppedIdsIsFoundIfItIsStillQueued() throws Exception {
    job("j1", "queued", "low", NOW);
    job("j2", "started", "low", NOW);
    jedis.rpush("rq:queue:low:intermediate", "j1", "j2", "no-such-job");

    assertThat(look().jobs()).containsExactly(new HandedJob("j1", "low", Trace.INTERMEDIATE));
  }

  @Test
  void aJobInNoListIsFoundAmongThousands() throws Exception {
    for (int i = 0; i < 3000; i++) {
      job("waits" + i, "queued", "low", NOW);
      jedis.rpush("rq:queue:low", "waits" + i);
      job("done" + i, "finished", "low", NOW);
    }
    job("lost", "queued", "low", NOW.minusSeconds(1));
    job("purged-long-ago", "queued", "low", NOW.minusSeconds(3600));
    job("of-another-pool", "queued", "other", NOW);
    job("younger-than-what-waits", "queued", "low", NOW.plusSeconds(100));

    HandedLook look = look();

    assertThat(look.jobs()).containsExactly(new HandedJob("lost", "low", Trace.SEARCHED));
    assertThat(look.problem()).isEmpty();
  }

  @Test
  void aJobThatTheDeadWorkerNamesIsFoundWithoutASearch() throws Exception {
    jedis.hset("rq:orchestrator:worker:dead", "job", "named");
    job("named", "queued", "high", NOW.minusSeconds(3600));
    job("lost", "queued", "low", NOW);

    assertThat(look().jobs()).containsExactly(new HandedJob("named", "high", Trace.NAMED));
  }

  @Test
  void nothingIsSearchedForIfTheDeadWorkerPoppedIntoAListOrTookItsLeave() throws Exception {
    job("lost", "queued", "low", NOW);
    jedis.hset("rq:orchestrator:worker:dead", "moves", "1");
    assertThat(look().jobs()).isEmpty();

    jedis.hset("rq:orchestrator:worker:dead", "moves", "0");
    assertThat(look().jobs()).hasSize(1);

    jedis.hset("rq:worker:dead", "death", "now");
    assertThat(look().jobs()).isEmpty();
  }

  @Test
  void aSecondLookShowsWhatIsStillSo() throws Exception {
    HandedJob taken = new HandedJob("taken", "low", Trace.SEARCHED);
    HandedJob lost = new HandedJob("lost", "low", Trace.SEARCHED);
    HandedJob listed = new HandedJob("listed", "low", Trace.INTERMEDIATE);
    job("taken", "started", "low", NOW);
    job("lost", "queued", "low", NOW);
    job("listed", "queued", "low", NOW);

    assertThat(look(taken, lost, listed).jobs()).containsExactly(lost);
  }

  @Test
  void workersAreShownWithTheirHeartbeatsAndJobs() throws Exception {
    jedis.sadd("rq:workers:low", "rq:worker:a", "rq:worker:b", "rq:worker:c", "rq:worker:lapsed");
    jedis.hset("rq:worker:a", Map.of("state", "idle", "last_heartbeat", "1"));
    jedis.hset("rq:worker:b", Map.of("state", "busy", "last_heartbeat", "2"));
    jedis.hset("rq:orchestrator:worker:b", "job", "j1");
    jedis.hset("rq:worker:c", Map.of("state", "idle", "last_heartbeat", "3", "death", "now"));

    assertThat(look().workers())
        .containsOnly(
            Map.entry("a", new HandedLook.Sign("1", false, "")),
            Map.entry("b", new HandedLook.Sign("2", true, "j1")));
  }

  @Test
  void whatIsPutBackComesFirstAndIsNoLongerWatchedByRqsMaintenance() {
    HandedJob job = new HandedJob("j1", "low", Trace.INTERMEDIATE);
    job("j1", "queued", "low", NOW);
    jedis.rpush("rq:queue:low", "next");
    jedis.rpush("rq:queue:low:intermediate", "j1");
    jedis.set("rq:queue:low:intermediate:first_seen:j1", "1");

    assertThat(JobReturn.putBack(connection.begin(), job)).isEqualTo(PutBack.DONE);

    assertThat(jedis.lrange("rq:queue:low", 0, -1)).containsExactly("j1", "next");
    assertThat(jedis.exists("rq:queue:low:intermediate")).isFalse();
    assertThat(jedis.exists("rq:queue:low:intermediate:first_seen:j1")).isFalse();
  }

  /** RQ up to 2 fails a job when such a note lapses, whatever has become of the job. */
  @Test
  void whatTheDeadWorkerNotedOfItsBeginningGoes() {
    job("j1", "queued", "low", NOW);
    jedis.zadd("rq:wip:low", Map.of("j1", 1.0, "j1:e1", 1.0, "j2:e9", 1.0));
    jedis.zadd("rq:executions:j1", 1, "e1");
    jedis.hset("rq:execution:j1:e1", "id", "e1");

    assertThat(JobReturn.putBack(jedis, new HandedJob("j1", "low", Trace.SEARCHED)))
        .isEqualTo(PutBack.DONE);

    assertThat(jedis.zrange("rq:wip:low", 0, -1)).containsExactly("j2:e9");
    assertThat(jedis.exists("rq:executions:j1", "rq:execution:j1:e1")).isZero();
  }

  @Test
  void whatHasBegunOrWaitsOrIsGoneIsNotPutBack() {
    job("started", "started", "low", NOW);
    job("waits", "queued", "low", NOW);
    job("popped-again", "queued", "low", NOW);
    jedis.rpush("rq:queue:low", "waits");
    jedis.rpush("rq:queue:low:intermediate", "started", "popped-again");

    for (HandedJob job :
        List.of(
            new HandedJob("started", "low", Trace.INTERMEDIATE),
            new HandedJob("waits", "low", Trace.SEARCHED),
            new HandedJob("popped-again", "low", Trace.SEARCHED),
            new HandedJob("gone", "low", Trace.SEARCHED))) {
      assertThat(JobReturn.putBack(connection.begin(), job))
          .as(job.id())
          .isEqualTo(PutBack.NOT_NEEDED);
    }
    assertThat(jedis.lrange("rq:queue:low", 0, -1)).containsExactly("waits");
  }

  /** Two pools on one queue may both have a dead worker, and find the same job. */
  @Test
  void ofManyThatPutOneJobBackAtTheSameTimeOneDoesSo() throws Exception {
    ExecutorService pools = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 20; round++) {
        HandedJob job = new HandedJob("j" + round, "low", Trace.INTERMEDIATE);
        job(job.id(), "queued", "low", NOW);
        jedis.rpush("rq:queue:low:intermediate", job.id());
        List<Callable<PutBack>> tries = new ArrayList<>();
        for (int pool = 0; pool < 8; pool++) {
          tries.add(
              () -> {
                try (RedisConnection own = connect()) {
                  return JobReturn.putBack(own.begin(), job);
                }
              });
        }
        int done = 0;
        for (Future<PutBack> result : pools.invokeAll(tries)) {
          done += result.get() == PutBack.DONE ? 1 : 0;
        }
        assertThat(done).isEqualTo(1);
        assertThat(jedis.lrange("rq:queue:low", 0, -1)).containsOnlyOnce(job.id());
      }
    } finally {
      pools.shutdownNow();
    }
  }

  /** A worker pops it at once, into the same list: the other pool must not take it from there. */
  @Test
  void whatWasJustPutBackAndPoppedAgainIsLeftToItsWorker() {
    HandedJob job = new HandedJob("j1", "low", Trace.INTERMEDIATE);
    job("j1", "queued", "low", NOW);
    jedis.rpush("rq:queue:low:intermediate", "j1");
    assertThat(JobReturn.putBack(connection.begin(), job)).isEqualTo(PutBack.DONE);
    jedis.lmove(
        "rq:queue:low", "rq:queue:low:intermediate", ListDirection.LEFT, ListDirection.RIGHT);

    assertThat(JobReturn.putBack(connection.begin(), job)).isEqualTo(PutBack.LATER);
    assertThat(jedis.llen("rq:queue:low")).isZero();
  }

  @Test
  void aMissingPermissionToListTheJobsIsReported() throws Exception {
    job("lost", "queued", "low", NOW);
    jedis.aclSetUser("default", "-scan");
    try {
      assertThat(look().problem()).contains("Redis refuses to list the jobs");
    } finally {
      jedis.aclSetUser("default", "+scan");
    }
  }
}
