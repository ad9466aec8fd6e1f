package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** SIGTERM to the daemon while Redis is dead or hung. */
@Tag("short")
final class StopWhileRedisIsAwayIT {

  @TempDir Path directory;

  @Test
  void idleWorkersOfADeadRedisEndWithinSeconds() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = Daemon.start(redis, "--min-workers=2")) {
      daemon.await("worker_ready", 2);
      redis.kill();
      daemon.await("redis_away", 1);

      long begun = System.nanoTime();
      assertThat(daemon.stop()).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(25));
      assertThat(daemon.workerPids()).isEmpty();
    }
  }

  @Test
  void aBusyWorkerOfADeadRedisStillEndsItsJob() throws Exception {
    Path log = directory.resolve("jobs");
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = Daemon.start(redis, "--min-workers=1");
        Jedis jedis = redis.connect()) {
      daemon.await("worker_ready", 1);
      Gate gate = Gate.in(directory);
      RqPython.enqueue(redis, log, 1, gate);
      // From there on the horse needs no Redis before the job's function.
      Awaitility.await().until(() -> "started".equals(jedis.hget("rq:job:job-0", "status")));
      redis.kill();
      daemon.await("redis_away", 1);
      daemon.signal("TERM");
      daemon.await("worker_draining", 1);
      gate.open();

      assertThat(daemon.exitCode(Duration.ofSeconds(60))).isZero();
      assertThat(daemon.workerPids()).isEmpty();
      assertThat(JobLog.read(log).runs()).hasSize(1);
    }
  }

  @Test
  void aHungRedisDelaysTheDrainUntilTheDrainTimeoutEndsIt() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = Daemon.start(redis, "--min-workers=2", "--drain-timeout=3s")) {
      daemon.await("worker_ready", 2);
      redis.hang();
      daemon.await("redis_away", 1);

      long begun = System.nanoTime();
      assertThat(daemon.stop()).isZero();
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      assertThat(took).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(25));
      assertThat(daemon.workerPids()).isEmpty();

      redis.resume();
    }
  }

  @Test
  void aRedisThatComesBackIsUsedAgainWithoutHelp() throws Exception {
    Path log = directory.resolve("jobs");
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = Daemon.start(redis, "--min-workers=1")) {
      daemon.await("worker_ready", 1);
      redis.kill();
      daemon.await("redis_away", 1);
      redis.start();
      daemon.await("redis_back", 1);

      RqPython.enqueue(redis, log, 3, 0);
      Awaitility.await()
          .atMost(Duration.ofSeconds(75)) // RQ's own sleep between attempts grows to a minute
          .until(() -> JobLog.read(log).runs().size() == 3);
      assertThat(daemon.stop()).isZero();

      try (Jedis jedis = redis.connect()) {
        assertThat(jedis.zcard("rq:failed:default")).isZero();
      }
    }
  }
}
