package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Workers beyond a recycling limit are replaced between jobs, one at a time. */
final class RecyclingIT {

  @TempDir Path directory;

  private static Daemon start(RedisServer redis, String... options) throws Exception {
    return Daemon.start(redis, options);
  }

  /** Successor first, one at a time. */
  private static void assertGradual(Daemon daemon, int size) {
    PoolSizes sizes = PoolSizes.of(daemon, size);
    assertThat(sizes.fewestAble()).isEqualTo(size);
    assertThat(sizes.mostActive()).isEqualTo(size + 1);
    assertThat(daemon.messages("worker_draining"))
        .filteredOn(line -> !line.startsWith("stop"))
        .isNotEmpty()
        .allMatch(line -> line.startsWith("recycle") && line.contains("asked to go"));
  }

  @Test
  void afterANumberOfJobs() throws Exception {
    Path log = directory.resolve("jobs");
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=2", "--max-workers=2", "--max-worker-jobs=5");
        Jedis jedis = redis.connect()) {
      daemon.await("worker_ready", 2);
      Process load = RqPython.run("enqueue.py", redis.url(), "default", log, 100_000, 5, 0.05);
      try {
        daemon.await("worker_outdated", 3);
        daemon.await("worker_gone", 3);
      } finally {
        load.destroy();
        load.waitFor();
      }
      Awaitility.await().until(() -> jedis.llen("rq:queue:default") == 0);

      assertThat(daemon.stop()).isZero();
      assertThat(daemon.messages("worker_outdated"))
          .allMatch(
              line -> line.matches("recycle w\\d+ .* once its successor is ready: \\d+ jobs"));
      assertGradual(daemon, 2);
      JobLog.assertEachRanOnce(log, jedis.keys("rq:job:*").size());
      assertThat(jedis.zcard("rq:failed:default")).isZero();
    }
  }

  @Test
  void atACertainAge() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=2", "--max-workers=2", "--max-worker-age=3s")) {
      daemon.await("worker_gone", 4);
      assertThat(daemon.stop()).isZero();
      assertThat(daemon.messages("worker_outdated"))
          .allMatch(
              line -> line.matches("recycle w\\d+ .* once its successor is ready: age [0-9.]+s"));
      assertGradual(daemon, 2);
    }
  }

  @Test
  void aLimitThatNoWorkerKeepsFromBirthOnIsWarnedOfAndDoesNotLoop() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=2", "--max-worker-memory=10MB")) {
      daemon.await("memory_limit_too_low", 1);
      daemon.await("measured", 8 + (int) daemon.events("measured").count());

      assertThat(daemon.messages("memory_limit_too_low"))
          .singleElement()
          .asString()
          .startsWith("--max-worker-memory (10 MB) is below what a new worker takes");
      assertThat(daemon.events("worker_outdated")).isEmpty();
      assertThat(daemon.events("worker_started")).hasSize(2);
      assertThat(daemon.stop()).isZero();
    }
  }

  @Test
  void aboveAMemoryLimit() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon =
            start(
                redis,
                "--min-workers=1",
                "--max-worker-memory=100MB",
                "--",
                "--worker-class",
                "rq.SimpleWorker")) {
      long fat = daemon.awaitFirstWorker();
      daemon.await("measured", 3 + (int) daemon.events("measured").count());
      assertThat(daemon.events("worker_outdated")).isEmpty();

      assertThat(RqPython.run("failing_jobs.py", redis.url(), "default", 150).waitFor()).isZero();
      daemon.await("worker_gone", 1);
      assertThat(daemon.messages("worker_outdated"))
          .singleElement()
          .asString()
          .matches("recycle w1 \\(pid " + fat + "\\) once its successor is ready: \\d+ MB");
      assertThat(daemon.events("memory_limit_too_low")).isEmpty();
      assertGradual(daemon, 1);
      assertThat(daemon.stop()).isZero();
    }
  }
}
