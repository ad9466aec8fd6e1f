package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.rqorchestrator.config.Words;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ListDirection;

/** Redis hands a job to a worker that does not run, and that is killed before it can begin it. */
final class HandedJobsIT {

  private static final String ASIDE = "aside";

  @TempDir Path directory;

  private Path log() {
    return directory.resolve("jobs");
  }

  private void enqueue(RedisServer redis, String queue, int count, String prefix) throws Exception {
    assertThat(RqPython.run("enqueue.py", redis.url(), queue, log(), count, 0, 0, prefix).waitFor())
        .isZero();
  }

  /** Makes a job that is ready to be enqueued within a moment. */
  private void prepare(RedisServer redis, Jedis jedis, String queue) throws Exception {
    enqueue(redis, queue, 1, queue);
    jedis.rename("rq:queue:" + queue, ASIDE);
  }

  /** A worker beats right before each pop, which lasts for a second. */
  private static void freezeInItsPop(Jedis jedis, long worker) throws Exception {
    String record = jedis.smembers("rq:workers").iterator().next();
    String before = String.valueOf(jedis.hget(record, "last_heartbeat"));
    Awaitility.await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> !before.equals(jedis.hget(record, "last_heartbeat")));
    Awaitility.await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> jedis.clientList().contains(" flags=b "));
    Signal.send("STOP", worker);
  }

  private static void enqueuePrepared(Jedis jedis, String queue) {
    jedis.hset(
        "rq:job:" + queue + "-0",
        "enqueued_at",
        Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    jedis.lmove(ASIDE, "rq:queue:" + queue, ListDirection.LEFT, ListDirection.RIGHT);
    Awaitility.await().until(() -> jedis.llen("rq:queue:" + queue) == 0);
  }

  private static Daemon start(RedisServer redis, int workers, String queues) throws Exception {
    List<String> options = new ArrayList<>();
    options.add("--min-workers=" + workers);
    options.add("--max-workers=" + workers);
    options.addAll(List.of("--no-scheduler", "--drain-timeout=2s"));
    options.addAll(Words.split(queues));
    return Daemon.start(redis, options.toArray(new String[0]));
  }

  private void awaitRuns(int count, Duration within) {
    Awaitility.await().atMost(within).until(() -> JobLog.read(log()).timesRun().size() >= count);
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "default other"})
  void aJobThatAFrozenWorkerWasHandedIsPutBackWhenTheWorkerIsKilled(String queues)
      throws Exception {
    String queue = queues.substring(queues.lastIndexOf(' ') + 1);
    try (RedisServer redis = RedisServer.started();
        Jedis jedis = redis.connect()) {
      prepare(redis, jedis, queue);
      try (Daemon daemon = start(redis, 1, queues)) {
        long frozen = daemon.awaitFirstWorker();
        freezeInItsPop(jedis, frozen);
        enqueuePrepared(jedis, queue);
        assertThat(jedis.hget("rq:job:" + queue + "-0", "status")).isEqualTo("queued");

        Signal.send("KILL", frozen);

        JsonObject back = daemon.await("job_put_back", 1);
        assertThat(back.get("job").getAsString()).isEqualTo(queue + "-0");
        assertThat(back.get("queue").getAsString()).isEqualTo(queue);
        awaitRuns(1, Duration.ofSeconds(20));
        assertThat(daemon.stop()).isZero();
        JobLog.assertEachRanOnce(log(), 1);
        assertThat(jedis.lrange("rq:queue:" + queue + ":intermediate", 0, -1)).isEmpty();
      }
    }
  }

  /** The pool asks, wakes and kills the worker, which is frozen again and again. */
  @ParameterizedTest
  @ValueSource(strings = {"default", "default other"})
  void aJobThatAFrozenWorkerWasHandedRunsOnceWhenThePoolKillsIt(String queues) throws Exception {
    String queue = queues.substring(queues.lastIndexOf(' ') + 1);
    try (RedisServer redis = RedisServer.started();
        Jedis jedis = redis.connect()) {
      prepare(redis, jedis, queue);
      try (Daemon daemon = start(redis, 1, queues)) {
        long frozen = daemon.awaitFirstWorker();
        freezeInItsPop(jedis, frozen);
        enqueuePrepared(jedis, queue);
        enqueue(redis, "default", 3, "waiting"); // jobs that wait, so that the worker is needed

        Awaitility.await()
            .atMost(Duration.ofSeconds(150))
            .pollInterval(Duration.ofMillis(1))
            .until(
                () -> {
                  boolean there =
                      ProcessHandle.of(frozen).map(ProcessHandle::isAlive).orElse(false);
                  if (there) {
                    Signal.send("STOP", frozen);
                  }
                  return !there;
                });

        // While it is awake, the worker may begin a job; that job is then killed with it.
        List<String> ids = List.of(queue + "-0", "waiting-0", "waiting-1", "waiting-2");
        awaitOutcome(jedis, ids, daemon);
        daemon.stop();
        assertThat(JobLog.read(log()).timesRun().values())
            .hasSizeGreaterThanOrEqualTo(3)
            .allMatch(times -> times == 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "default other"})
  void noJobRunsTwiceAndNoneIsLostWhileIdleWorkersAreKilledAmongLivingOnes(String queues)
      throws Exception {
    int jobs = 240;
    try (RedisServer redis = RedisServer.started();
        Jedis jedis = redis.connect();
        Daemon daemon = start(redis, 4, queues)) {
      daemon.await("worker_ready", 4);
      String last = queues.substring(queues.lastIndexOf(' ') + 1);
      Process enqueuer = RqPython.run("enqueue.py", redis.url(), last, log(), jobs, 12, 0, "j");
      for (int kill = 0; kill < 8; kill++) {
        Thread.sleep(1300);
        List<Long> workers = daemon.workerPids();
        long worker = workers.get(kill % workers.size());
        Signal.send("STOP", worker);
        Thread.sleep(300);
        Signal.send("KILL", worker);
      }
      assertThat(enqueuer.waitFor()).isZero();

      // RQ fails a job that had begun; it does not give it to another worker.
      awaitOutcome(jedis, IntStream.range(0, jobs).mapToObj(job -> "j-" + job).toList(), daemon);
      daemon.stop();
      assertThat(JobLog.read(log()).timesRun().values()).allMatch(times -> times == 1);
    }
  }

  /** Waits until each job has run, or has been begun at least. */
  private void awaitOutcome(Jedis jedis, List<String> ids, Daemon daemon) {
    try {
      Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> queued(jedis, ids).isEmpty());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(queued(jedis, ids) + " were not begun:\n" + daemon.output(), e);
    }
  }

  private static List<String> queued(Jedis jedis, List<String> ids) {
    return ids.stream()
        .filter(id -> "queued".equals(jedis.hget("rq:job:" + id, "status")))
        .toList();
  }
}
