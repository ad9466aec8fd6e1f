package io.rqorchestrator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.it.TestRedis;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.SystemTicks;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/** Whoever shares a Redis can write anything into it, of any size and number. */
@Execution(ExecutionMode.SAME_THREAD)
@Timeout(120)
final class BoundsIT {

  private static final String LONG = "x".repeat(8 << 20);

  private final SampleReader reader = new SampleReader(List.of("high", "low"), new SystemTicks());
  private TestRedis redis;
  private Jedis jedis;
  private RedisConnection connection;

  @BeforeEach
  void start() throws Exception {
    redis = TestRedis.started();
    jedis = redis.connect();
    connection =
        new RedisConnection(
            new RedisSettings(
                URI.create(redis.url()).getHost(),
                URI.create(redis.url()).getPort(),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(10)));
    register("own", Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    connection.close();
    jedis.close();
    redis.close();
  }

  private void register(String name, Map<String, String> more) {
    Map<String, String> record = new HashMap<>();
    record.putAll(Map.of("state", "idle", "hostname", "h", "pid", "7", "last_heartbeat", "now"));
    record.putAll(more);
    jedis.hset(RqKeys.worker(name), record);
    jedis.sadd(RqKeys.workersOf("low"), RqKeys.worker(name));
  }

  private RqSnapshot sample(String... dead) {
    return reader.read(connection.begin(), Set.of("own"), Set.of(dead), false);
  }

  /** The pool's own worker is seen, and nothing in the sample is large. */
  private static void assertSound(RqSnapshot snapshot) {
    RqWorker own = snapshot.workers().get("own");
    assertThat(own.isIdle()).isTrue();
    assertThat(own.pid()).hasValue(7);
    assertThat(snapshot.workers()).hasSizeLessThanOrEqualTo(RegisteredWorkers.MOST + 1);
    long size =
        snapshot.workers().values().stream().mapToLong(worker -> worker.toString().length()).sum();
    assertThat(size).isLessThan(8 << 20);
  }

  @Test
  void aLongFieldIsLeftOutCountedAndAskedForAgainLater() {
    for (String field : RqKeys.WORKER_FIELDS) {
      register("other-" + field, Map.of(field, LONG));
    }
    Map<String, String> host = new HashMap<>();
    host.put("v", "1");
    for (String field :
        List.of("job", "wait_buckets", "duration_buckets", "wait_sum", "queue:low")) {
      host.put(field, LONG);
    }
    jedis.hset(RqKeys.host("other-pid"), host);
    for (int i = 0; i < 3; i++) {
      RqSnapshot snapshot = sample();
      assertSound(snapshot);
      if (i > 0) {
        assertThat(snapshot.workers().get("other-hostname").hostname()).isEmpty();
        assertThat(snapshot.workers().get("other-hostname").pid()).hasValue(7);
        assertThat(snapshot.leftOut()).isEqualTo(RqKeys.WORKER_FIELDS.length + 5);
      }
    }
    long begun = System.nanoTime();
    assertSound(sample());
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .as("what is known to be long is not asked for at every sample")
        .isLessThan(Duration.ofMillis(200));
  }

  @Test
  void aLongFieldOfAnOwnWorkerLeavesTheOthers() {
    jedis.hset(RqKeys.worker("own"), "hostname", LONG);
    for (int i = 0; i < 3; i++) {
      RqSnapshot snapshot = sample();
      assertSound(snapshot);
      assertThat(snapshot.leftOut()).isOne();
      assertThat(snapshot.workers().get("own").hostname()).isEmpty();
    }
  }

  @Test
  void longNamesAndIdsAreLeftOut() {
    for (int i = 0; i < 30; i++) {
      jedis.sadd(RqKeys.workersOf("high"), RqKeys.worker(i + LONG.substring(0, 1 << 20)));
      jedis.rpush(RqKeys.queue("high"), i + LONG.substring(0, 1 << 20));
      jedis.zadd(RqKeys.running("high"), i, i + LONG.substring(0, 1 << 20));
      jedis.sadd(RqKeys.executions("own"), i + LONG.substring(0, 1 << 20));
    }
    jedis.hset(RqKeys.job("head"), "enqueued_at", LONG);
    jedis.rpush(RqKeys.queue("low"), "head");
    jedis.hset(RqKeys.worker("own"), "current_job", "j");
    jedis.hset(RqKeys.job("j"), "started_at", LONG);
    for (int i = 0; i < 4; i++) {
      RqSnapshot snapshot = sample("own");
      assertSound(snapshot);
      assertThat(snapshot.queued()).isEqualTo(31);
      assertThat(snapshot.leftOut()).isGreaterThanOrEqualTo(30);
    }
  }

  @Test
  void ofManyWorkersOnlySoManyAreRead() {
    Pipeline pipeline = jedis.pipelined();
    for (int i = 0; i < 20_000; i++) {
      String name = "w" + i;
      pipeline.hset(
          RqKeys.worker(name),
          Map.of("state", "busy", "hostname", "host" + i, "last_heartbeat", "x", "pid", "1"));
      pipeline.sadd(RqKeys.workersOf("low"), RqKeys.worker(name));
    }
    pipeline.sync();
    for (int i = 0; i < 3; i++) {
      RqSnapshot snapshot = sample();
      assertSound(snapshot);
      assertThat(snapshot.workers()).hasSizeGreaterThanOrEqualTo(RegisteredWorkers.MOST);
      assertThat(snapshot.leftOut()).isEqualTo(20_001 - RegisteredWorkers.MOST);
    }
  }

  @Test
  void asManyWorkersAsAPoolMayHaveAreAllRead() {
    for (int i = 0; i < 900; i++) {
      register("w" + i, Map.of());
    }
    for (int i = 0; i < 3; i++) {
      RqSnapshot snapshot = sample();
      assertThat(snapshot.workers()).hasSize(901);
      assertThat(snapshot.leftOut()).isZero();
    }
  }

  @Test
  void manyWorkersWithFieldsAsLongAsTheyMayBeDoNotFillTheMemory() {
    String text = "y".repeat(BoundedReplies.LONGEST);
    Pipeline pipeline = jedis.pipelined();
    for (int i = 0; i < 2000; i++) {
      Map<String, String> record = new HashMap<>();
      for (String field : RqKeys.WORKER_FIELDS) {
        record.put(field, text);
      }
      pipeline.hset(RqKeys.worker("w" + i), record);
      pipeline.sadd(RqKeys.workersOf("low"), RqKeys.worker("w" + i));
    }
    pipeline.sync();
    for (int i = 0; i < 3; i++) {
      assertSound(sample());
    }
  }

  @Test
  void amongManyRunningJobsTheOrphansIsFound() {
    jedis.hset(RqKeys.worker("own"), "current_job", "mine");
    for (int i = 0; i < 60; i++) {
      Map<String, Double> some = new HashMap<>();
      for (int j = 0; j < 5000; j++) {
        some.put("job" + i + "-" + j + ":e", 1e9);
      }
      jedis.zadd(RqKeys.running("low"), some);
    }
    jedis.zadd(RqKeys.running("low"), Map.of("mine:1", 2e9, "mine:2", 1.9e9));
    long longest = 0;
    RqSnapshot snapshot = sample("own");
    for (int i = 0; i < 60 && snapshot.orphanJobs().isEmpty(); i++) {
      long begun = System.nanoTime();
      snapshot = sample("own");
      longest = Math.max(longest, System.nanoTime() - begun);
    }
    assertThat(snapshot.orphanJobs().get("own").countedUntil())
        .isEqualTo(Instant.ofEpochSecond(1_900_000_000L));
    assertThat(Duration.ofNanos(longest)).isLessThan(Duration.ofSeconds(1));
  }
}
