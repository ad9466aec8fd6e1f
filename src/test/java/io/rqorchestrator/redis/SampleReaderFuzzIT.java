package io.rqorchestrator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.it.TestRedis;
import io.rqorchestrator.measure.BusyLedger;
import io.rqorchestrator.measure.Load;
import io.rqorchestrator.rq.OrphanJob;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.SystemTicks;
import io.rqorchestrator.time.TickSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import redis.clients.jedis.Jedis;

/** Other programs, other versions and broken clients write into the same Redis. */
@Execution(ExecutionMode.SAME_THREAD) // they share a Redis and empty it
final class SampleReaderFuzzIT {

  private static final List<String> QUEUES = List.of("high", "low");
  private static final List<String> WORKERS = List.of("a", "b", "c", "d");
  private static final int ROUNDS = 150;

  private static TestRedis redis;
  private static Jedis jedis;

  private final TickSource ticks = new SystemTicks();

  @BeforeAll
  static void startRedis() throws Exception {
    redis = TestRedis.started();
    jedis = redis.connect();
  }

  @AfterAll
  static void stopRedis() throws Exception {
    jedis.close();
    redis.close();
  }

  @BeforeEach
  void empty() {
    jedis.flushAll();
  }

  @RepeatedTest(4)
  void noGarbageGetsThroughOrStopsTheSample(RepetitionInfo repetition) {
    Garbage garbage = new Garbage(repetition.getCurrentRepetition());
    SampleReader reader = new SampleReader(QUEUES, ticks);
    BusyLedger ledger = new BusyLedger(Duration.ofSeconds(30));
    for (int round = 0; round < ROUNDS; round++) {
      if (garbage.chance(0.3)) {
        jedis.flushAll();
      }
      litter(garbage);
      RqSnapshot snapshot = reader.read(jedis, Set.of("a", "b"), Set.of("b", "c"), false);

      assertThat(snapshot.queues()).hasSize(2);
      assertThat(snapshot.queued()).isNotNegative();
      assertThat(snapshot.due()).isNotNegative();
      snapshot.oldestWait().ifPresent(wait -> assertThat(wait.isNegative()).isFalse());
      assertThat(snapshot.unreadable()).isNotNegative();
      for (RqWorker worker : snapshot.workers().values()) {
        assertThat(worker.jobs()).isNotNegative();
        worker
            .busy()
            .ifPresent(busy -> ledger.observe(snapshot.at(), worker.name(), busy, worker.isBusy()));
      }
      Load load = ledger.load(snapshot.at());
      assertThat(load.erlang()).isBetween(0.0, 2000.0);
      assertThat(load.utilization(4)).isNotNegative();
    }
  }

  /** Writes garbage into every key that is read, and into keys that its garbage leads to. */
  private static void litter(Garbage garbage) {
    for (String queue : QUEUES) {
      write(garbage, RqKeys.queue(queue), List.of("x", "y"));
      write(garbage, RqKeys.workersOf(queue), WORKERS.stream().map(RqKeys::worker).toList());
      write(garbage, RqKeys.scheduled(queue), List.of("x"));
      write(garbage, RqKeys.running(queue), List.of("x", "y:1", ":", "busy:"));
    }
    for (String worker : WORKERS) {
      writeHash(garbage, RqKeys.worker(worker), RqKeys.WORKER_FIELDS);
      writeHash(garbage, RqKeys.host(worker), hostFields());
      write(garbage, RqKeys.executions(worker), List.of("x:1", "y:2"));
    }
    for (String job : List.of("x", "y")) {
      writeHash(garbage, RqKeys.job(job), "enqueued_at", "started_at");
      writeHash(garbage, RqKeys.execution(job + ":1"), "created_at");
    }
    if (garbage.chance(0.1)) {
      write(garbage, RqKeys.SUSPENDED, List.of("1"));
    }
  }

  private static String[] hostFields() {
    return Stream.concat(
            Stream.of(RqKeys.HOST_FIELDS), new JobSampleFields(QUEUES).names().stream())
        .toArray(String[]::new);
  }

  /** Something of a random type, whose members are sometimes sound. */
  private static void write(Garbage garbage, String name, List<String> sound) {
    byte[] key = key(name);
    jedis.del(key);
    List<byte[]> members = new ArrayList<>();
    for (int i = garbage.upTo(6); i >= 0; i--) {
      members.add(
          garbage.chance(0.5)
              ? garbage.oneOf(sound).getBytes(StandardCharsets.UTF_8)
              : garbage.bytes());
    }
    switch (garbage.upTo(5)) {
      case 0 -> jedis.set(key, garbage.bytes());
      case 1 -> jedis.hset(key, members.get(0), garbage.bytes());
      case 2 -> members.forEach(member -> jedis.zadd(key, garbage.number(), member));
      case 3 -> jedis.rpush(key, members.toArray(new byte[0][]));
      default -> jedis.sadd(key, members.toArray(new byte[0][]));
    }
  }

  private static void writeHash(Garbage garbage, String name, String... fields) {
    if (garbage.chance(0.1)) {
      write(garbage, name, List.of("x"));
      return;
    }
    byte[] key = key(name);
    jedis.del(key);
    for (String field : fields) {
      if (garbage.chance(0.7)) {
        boolean version = field.equals("v") && garbage.chance(0.7);
        jedis.hset(key, key(field), version ? key("1") : garbage.bytes());
      }
    }
  }

  private static byte[] key(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void everyKeyOfTheWrongTypeIsCountedAndTheRestIsRead() {
    jedis.rpush(RqKeys.queue("low"), "x");
    jedis.hset(RqKeys.job("x"), "enqueued_at", "2026-01-31T12:00:00.123456Z");
    jedis.sadd(RqKeys.workersOf("low"), RqKeys.worker("b"));
    jedis.hset(RqKeys.worker("b"), Map.of("state", "idle", "pid", "7"));
    SampleReader reader = new SampleReader(QUEUES, ticks);
    RqSnapshot sound = reader.read(jedis, Set.of("a"), Set.of(), false);
    assertThat(sound.unreadable()).isZero();

    for (String key :
        List.of(
            RqKeys.queue("high"),
            RqKeys.workersOf("high"),
            RqKeys.scheduled("high"),
            RqKeys.worker("a"),
            RqKeys.host("a"),
            RqKeys.executions("a"))) {
      jedis.set(key, "a string");
      RqSnapshot snapshot = reader.read(jedis, Set.of("a"), Set.of(), false);
      assertThat(snapshot.unreadable()).as(key).isPositive();
      assertThat(snapshot.queued()).isOne();
      assertThat(snapshot.oldestWait()).isPresent();
      assertThat(snapshot.workers().get("b").isIdle()).isTrue();
      assertThat(snapshot.workers().get("b").pid()).hasValue(7);
      jedis.del(key);
    }
  }

  /** RQ 1 marks a running job by its id, RQ 2 and newer by the execution's as well. */
  @Test
  void theJobOfADeadWorkerIsLookedUpUntilItIsFound() {
    jedis.hset(RqKeys.worker("a"), Map.of("state", "busy", "current_job", "x:y"));
    jedis.hset(RqKeys.host("b"), Map.of("v", "1", "job", "z"));
    jedis.zadd(RqKeys.running("low"), Map.of("x", 1e9, "other", 2e9, "z:", 3e9, "zz:1", 4e9));
    SampleReader reader = new SampleReader(QUEUES, ticks);
    Set<String> both = Set.of("a", "b");
    assertThat(reader.read(jedis, both, Set.of(), false).orphanJobs()).as("not dead").isEmpty();
    assertThat(reader.read(jedis, both, both, false).orphanJobs())
        .containsExactly(Map.entry("b", new OrphanJob("z", Instant.ofEpochSecond(3_000_000_000L))));

    jedis.zadd(RqKeys.running("high"), Map.of("x:y:1", 1_800_000_000.5, "x:y:2", 1.9e9));
    jedis.zadd(RqKeys.running("low"), Map.of("z:1", 1e9));
    assertThat(reader.read(jedis, both, both, false).orphanJobs())
        .containsOnly(
            Map.entry("a", new OrphanJob("x:y", Instant.ofEpochMilli(1_800_000_000_500L))),
            Map.entry("b", new OrphanJob("z", Instant.ofEpochSecond(3_000_000_000L))));
    assertThat(reader.read(jedis, both, Set.of(), false).orphanJobs()).isEmpty();
  }

  @Test
  void aMarkOfARunningJobThatMakesNoSenseIsCountedAndLeftOut() {
    jedis.hset(RqKeys.worker("a"), Map.of("state", "busy", "current_job", "x"));
    for (double score : new double[] {Double.POSITIVE_INFINITY, -1, 1e300}) {
      jedis.zadd(RqKeys.running("high"), score, "x");
      RqSnapshot snapshot =
          new SampleReader(QUEUES, ticks).read(jedis, Set.of("a"), Set.of("a"), false);
      assertThat(snapshot.orphanJobs()).isEmpty();
      assertThat(snapshot.unreadable()).as("score %s", score).isOne();
    }
  }

  @Test
  void aFieldThatMakesNoSenseIsCountedAndTheOthersAreRead() {
    Map<String, String> bad =
        Map.of(
            "pid", "-5",
            "birth", "yesterday",
            "total_working_time", "NaN",
            "successful_job_count", "many",
            "failed_job_count", "99999999999999999999");
    for (Map.Entry<String, String> field : bad.entrySet()) {
      jedis.flushAll();
      Map<String, String> record = new HashMap<>();
      record.putAll(Map.of("state", "busy", "pid", "7", "successful_job_count", "3"));
      record.put("last_heartbeat", "whatever");
      record.put(field.getKey(), field.getValue());
      jedis.hset(RqKeys.worker("a"), record);
      RqSnapshot snapshot =
          new SampleReader(QUEUES, ticks).read(jedis, Set.of("a"), Set.of(), false);
      assertThat(snapshot.unreadable()).as(field.toString()).isOne();
      RqWorker worker = snapshot.workers().get("a");
      assertThat(worker.isBusy()).isTrue();
      assertThat(worker.heartbeat()).hasValue("whatever");
      assertThat(worker.jobs()).isEqualTo(field.getKey().startsWith("succ") ? 0 : 3);
    }
  }
}
