package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/**
 * What Redis can do to a running pool. Whatever it is, the pool is held as it is, no exception
 * leaves a tick, and when it is over everything goes on without help.
 */
final class RedisFaultsIT {

  private static final String[] TWO = {"--min-workers=2", "--max-workers=3"};

  @TempDir Path directory;

  private int jobs;

  private static Daemon start(RedisServer redis, String... options) throws Exception {
    Daemon daemon = Daemon.start(redis, options);
    daemon.await("worker_ready", 2);
    return daemon;
  }

  /** Enqueues three jobs and waits until they are done. */
  private void works(RedisServer redis) throws Exception {
    Path log = directory.resolve("jobs");
    String prefix = "batch" + jobs;
    jobs += 3;
    assertThat(RqPython.run("enqueue.py", redis.url(), "default", log, 3, 0, 0, prefix).waitFor())
        .isZero();
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> JobLog.read(log).timesRun().size() == jobs);
    assertThat(JobLog.read(log).runs()).as("each once").hasSize(jobs);
  }

  /**
   * RQ writes the result after a job; a worker whose Redis is lost meanwhile dies. That is over
   * when the worker waits for the next job, which is when its host counts it as idle.
   */
  private static void awaitIdle(RedisServer redis) {
    try (Jedis jedis = redis.connect()) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> jedis.smembers("rq:workers").stream().allMatch(key -> isIdle(jedis, key)));
    }
  }

  private static boolean isIdle(Jedis jedis, String record) {
    String host = record.replace("rq:worker:", "rq:orchestrator:worker:");
    return "idle".equals(jedis.hget(record, "state")) && "".equals(jedis.hget(host, "busy_since"));
  }

  /** One line when it goes, one when it is back, and nothing started or retired in between. */
  private static void assertHeldThroughOneOutage(Daemon daemon) {
    assertThat(daemon.messages("redis_away")).hasSize(1);
    assertThat(daemon.messages("redis_back")).hasSize(1);
    Instant away = Daemon.time(daemon.await("redis_away", 1));
    Instant back = Daemon.time(daemon.await("redis_back", 1));
    Instant settled = away.plusSeconds(1); // a fork server may answer what it was asked before
    assertThat(Stream.of("worker_started", "worker_draining", "start_failed"))
        .allSatisfy(
            kind ->
                assertThat(daemon.events(kind))
                    .noneMatch(
                        event ->
                            Daemon.time(event).isAfter(settled)
                                && Daemon.time(event).isBefore(back)));
  }

  /** Stock RQ dies if Redis is lost at the wrong moment. Restarts must not pile up. */
  private static void assertCalm(Daemon daemon) {
    assertThat(daemon.events("tick_failed")).isEmpty();
    List<Instant> starts = daemon.events("worker_started").map(Daemon::time).toList();
    for (Instant start : starts) {
      assertThat(starts)
          .as("starts within a minute")
          .filteredOn(other -> !other.isBefore(start) && other.isBefore(start.plusSeconds(60)))
          .hasSizeLessThanOrEqualTo(
              14); // 2 at the start, and 2 places with waits of 1, 2, 4, ... s
    }
  }

  private static void assertStops(Daemon daemon) throws Exception {
    try (PoolProcesses processes = PoolProcesses.of(daemon)) {
      long begun = System.nanoTime();
      assertThat(daemon.stop()).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(25));
      assertThat(processes.all()).isEmpty();
    }
    assertCalm(daemon);
  }

  @Test
  void killedAndBackWithItsData() throws Exception {
    try (RedisServer redis = RedisServer.started("--appendonly", "yes");
        Daemon daemon = start(redis, TWO)) {
      works(redis);
      awaitIdle(redis);
      redis.kill();
      daemon.await("redis_away", 1);
      Thread.sleep(4000);
      redis.start();
      daemon.await("redis_back", 1);
      works(redis);

      assertHeldThroughOneOutage(daemon);
      assertThat(daemon.events("worker_gone")).isEmpty();
      assertStops(daemon);
    }
  }

  @Test
  void killedAndBackWithoutItsData() throws Exception {
    String[] options = {
      "--min-workers=2", "--max-workers=3", "--scaling-period=1", "--utilization-window=4"
    };
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, options)) {
      Path log = directory.resolve("load");
      assertThat(RqPython.run("enqueue.py", redis.url(), "default", log, 9, 0, 1, "load").waitFor())
          .isZero();
      daemon.await("worker_ready", 3);
      JobLog.awaitRuns(log, 9);
      awaitIdle(redis);

      redis.kill();
      daemon.await("redis_away", 1);
      redis.start();
      daemon.await("redis_back", 1);

      // Their records are lost and stay incomplete; the workers still count and can be retired.
      daemon.await("worker_gone", 1, event -> event.get("ending").getAsString().equals("asked"));
      assertThat(daemon.events("worker_started")).hasSize(3);

      works(redis);
      assertHeldThroughOneOutage(daemon);
      assertStops(daemon);
    }
  }

  @Test
  void hungForTwentySeconds() throws Exception {
    hung(20);
  }

  @Test
  void hungForAMinute() throws Exception {
    hung(60);
  }

  private void hung(int seconds) throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, TWO)) {
      redis.hang();
      daemon.await("redis_away", 1);
      Thread.sleep(seconds * 1000L);
      redis.resume();
      daemon.await("redis_back", 1);
      works(redis);
      assertHeldThroughOneOutage(daemon);
      assertThat(daemon.events("worker_gone")).isEmpty();
      assertThat(daemon.events("worker_outdated")).isEmpty();
      assertStops(daemon);
    }
  }

  @Test
  void outOfMemory() throws Exception {
    refusesWrites("maxmemory", "1", "0");
  }

  /** A master that was made a replica of one that is not there. */
  @Test
  void readOnly() throws Exception {
    refusesWrites("replicaof", "127.0.0.1 1", "no one");
  }

  /** Reading works, so no outage is seen; workers die at their start and later. */
  private void refusesWrites(String setting, String fault, String cure) throws Exception {
    try (RedisServer redis = RedisServer.started("--maxmemory-policy", "noeviction");
        Daemon daemon = start(redis, TWO);
        Jedis admin = redis.connect()) {
      set(admin, setting, fault);
      daemon.await("worker_gone", 4); // both, and their successors
      set(admin, setting, cure);
      works(redis);
      assertCalm(daemon);

      set(admin, setting, fault);
      daemon.await("worker_gone", 1 + (int) daemon.events("worker_gone").count());
      assertStops(daemon);
    }
  }

  private static void set(Jedis admin, String setting, String value) {
    if (!setting.equals("replicaof")) {
      admin.configSet(setting, value);
    } else if (value.equals("no one")) {
      admin.replicaofNoOne();
    } else {
      admin.replicaof("127.0.0.1", 1);
    }
  }

  @Test
  void aPermissionIsTakenAway() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Jedis admin = redis.connect()) {
      admin.aclSetUser("pool", "on", ">pw", "~*", "&*", "+@all");
      String url = redis.url().replace("redis://", "redis://pool:pw@");

      try (Daemon daemon =
          Daemon.run(
              Map.of("RQ_REDIS_URL", url),
              Daemon.ownName(),
              "--python=" + RqPython.path(),
              "--directory=" + RqPython.JOBS,
              "--log-format=json",
              "--log-level=debug",
              "--min-workers=2")) {
        daemon.await("worker_ready", 2);
        admin.aclSetUser("pool", "-@all");
        daemon.await("redis_away", 1);
        assertThat(daemon.messages("redis_away").get(0))
            .contains("refuses us")
            .doesNotContain("pw@");

        Thread.sleep(4000);
        admin.aclSetUser("pool", "+@all");
        daemon.await("redis_back", 1);
        works(redis);
        assertHeldThroughOneOutage(daemon);

        admin.aclSetUser("pool", "-@all");
        daemon.await("redis_away", 2);
        assertStops(daemon);
      }
    }
  }

  @Test
  void noMoreClientsAreTaken() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, TWO);
        Jedis admin = redis.connect()) {
      admin.configSet("maxclients", "1");
      dropEveryoneElse(admin);
      daemon.await("redis_away", 1);
      Thread.sleep(4000);
      admin.configSet("maxclients", "1000");
      daemon.await("redis_back", 1);
      works(redis);
      assertHeldThroughOneOutage(daemon);

      admin.configSet("maxclients", "1");
      dropEveryoneElse(admin);
      daemon.await("redis_away", 2);
      assertStops(daemon);
    }
  }

  private static void dropEveryoneElse(Jedis admin) {
    admin.sendCommand(Protocol.Command.CLIENT, "KILL", "TYPE", "normal");
    admin.sendCommand(Protocol.Command.CLIENT, "KILL", "TYPE", "pubsub");
  }

  /** A worker that starts under {@code rq suspend} exits with 1 at once. */
  @Test
  void rqSuspendHoldsThePoolUntilRqResume() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, TWO)) {
      rq(redis, "suspend");
      daemon.await("suspension", 1);
      Signal.send("KILL", daemon.workerPids().get(0));
      assertThat(daemon.await("worker_gone", 1).get("message").getAsString())
          .contains("while Redis was away or RQ suspended");

      daemon.await("measured", 3 + (int) daemon.events("measured").count());
      assertThat(daemon.events("worker_started")).as("held").hasSize(2);

      rq(redis, "resume");
      daemon.await("worker_ready", 3);
      works(redis);
      assertThat(daemon.events("suspension")).hasSize(2);
      assertThat(daemon.events("degraded")).isEmpty();
      assertStops(daemon);
    }
  }

  private static void rq(RedisServer redis, String command) throws Exception {
    Process rq =
        new ProcessBuilder(RqPython.path(), "-m", "rq.cli", command, "--url", redis.url())
            .inheritIO()
            .start();
    assertThat(rq.waitFor()).isZero();
  }

  /** A connection that Redis closed for being idle, or in a restart nobody noticed. */
  @Test
  void aDroppedConnectionIsNoOutage() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, TWO);
        Jedis admin = redis.connect()) {
      dropEveryoneElse(admin);
      int samples = (int) daemon.events("measured").count();
      daemon.await("measured", samples + 3);

      works(redis);
      assertThat(daemon.events("redis_away")).isEmpty();
      assertStops(daemon);
    }
  }

  /** A refusal is not an answer: queues must not count as empty. */
  @Test
  void aRedisThatRefusesToReadIsAway() throws Exception {
    try (RedisServer redis = RedisServer.started("--replica-serve-stale-data", "no");
        Daemon daemon = start(redis, TWO);
        Jedis admin = redis.connect()) {
      works(redis);
      awaitIdle(redis);
      // MASTERDOWN, as LOADING, is the answer to every read.
      admin.replicaof("127.0.0.1", 1);
      JsonObject away = daemon.await("redis_away", 1);
      assertThat(away.get("message").getAsString()).contains("MASTERDOWN");

      Thread.sleep(3000);
      admin.replicaofNoOne();
      daemon.await("redis_back", 1);
      works(redis);
      assertHeldThroughOneOutage(daemon);
      assertStops(daemon);
    }
  }
}
