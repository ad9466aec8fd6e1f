package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/**
 * Processes that jobs leave: forks, daemons and subprocesses of all kinds. They are neither ended
 * nor waited for, whatever becomes of their worker.
 */
final class JobsProcessesIT {

  private static final int KINDS = 7;

  @TempDir Path directory;

  /** Runs a job that leaves one process of each kind behind; returns their pids by kind. */
  private Map<String, Long> leave(RedisServer redis, String function, Gate gate) throws Exception {
    Path log = directory.resolve("jobs");
    Object[] job = {redis.url(), "default", log, 1, 0, gate, function, function};
    assertThat(RqPython.run("enqueue.py", job).waitFor()).isZero();
    Path left = directory.resolve("jobs.left");
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> Files.exists(left) && Files.readAllLines(left).size() == KINDS);
    Map<String, Long> pids = new TreeMap<>();
    for (String line : Files.readAllLines(left)) {
      String[] words = line.split(" ", -1);
      pids.put(words[0], Long.parseLong(words[1]));
    }
    return pids;
  }

  private static void awaitReady(Daemon daemon, int count) {
    daemon.await("worker_ready", count);
    daemon.await("measured", daemon.events("measured").toList().size() + 3);
  }

  private static Stream<Long> orphans(Daemon daemon) {
    return daemon
        .events()
        .filter(event -> event.has("event"))
        .filter(event -> event.get("event").getAsString().startsWith("orphan_"))
        .map(event -> event.get("pid").getAsLong());
  }

  private static void assertStopsSoon(Daemon daemon) throws Exception {
    assertThat(daemon.stop()).isZero();
    Instant asked = Daemon.time(daemon.await("stop_requested", 1));
    assertThat(Daemon.time(daemon.await("pool_stopped", 1))).isBefore(asked.plusSeconds(20));
  }

  private static void assertAlive(Map<String, Long> left) {
    assertThat(left).hasSize(KINDS).allSatisfy((kind, pid) -> assertIsAlive(kind, pid));
  }

  private static void assertIsAlive(String kind, long pid) {
    assertThat(PoolProcesses.isAlive(pid)).as(kind).isTrue();
  }

  /** Plain child processes survive as well: only their horse or worker has ended. */
  @ParameterizedTest
  @ValueSource(strings = {"", "--preload=rq"})
  @Tag("short")
  void whatAJobHasLeftOutlivesItsWorkerAndThePool(String option) throws Exception {
    String[] options =
        Stream.of("--min-workers=1", "--max-worker-jobs=1", option)
            .filter(word -> !word.isEmpty())
            .toArray(String[]::new);
    Gate gate = Gate.in(directory);

    try (RedisServer redis = RedisServer.started();
        Daemon daemon = Daemon.start(redis, options);
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      daemon.await("worker_ready", 1);
      Map<String, Long> left = leave(redis, "leave", gate);
      daemon.await("worker_gone", 1); // recycled
      awaitReady(daemon, 2);
      Signal.send("KILL", daemon.workerPids().get(0));
      daemon.await("worker_gone", 2);
      awaitReady(daemon, 3);

      assertThat(orphans(daemon)).doesNotContainAnyElementsOf(left.values());
      assertStopsSoon(daemon);
      assertThat(orphans(daemon)).doesNotContainAnyElementsOf(left.values());
      assertAlive(left);
      gate.open();
      Awaitility.await().until(() -> processes.all().isEmpty());
    }
  }

  /** There is no horse: whatever is left has been forked by the worker itself. */
  @Test
  void whatAJobHasLeftInASimpleWorkerIsNotTakenForItsScheduler() throws Exception {
    Gate gate = Gate.in(directory);
    try (RedisServer redis = RedisServer.started();
        Daemon daemon =
            Daemon.start(
                redis, "--min-workers=1", "--", "--worker-class", "rq.worker.SimpleWorker");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      long worker = daemon.awaitFirstWorker();
      Map<String, Long> left = leave(redis, "leave", gate);
      Signal.send("KILL", worker);
      daemon.await("orphan_found", 1);
      daemon.await("orphan_gone", 1);
      awaitReady(daemon, 2);

      assertThat(daemon.events("orphan_found")).as("the scheduler").hasSize(1);
      assertThat(orphans(daemon)).doesNotContainAnyElementsOf(left.values());
      assertStopsSoon(daemon);
      assertAlive(left);
      gate.open();
      Awaitility.await().until(() -> processes.all().isEmpty());
    }
  }

  @Test
  void aSimpleWorkerDoesNotWaitForWhatItsJobsHaveLeft() throws Exception {
    Gate gate = Gate.in(directory);
    try (RedisServer redis = RedisServer.started();
        Daemon daemon =
            Daemon.start(
                redis, "--min-workers=1", "--", "--worker-class", "rq.worker.SimpleWorker");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      daemon.await("worker_ready", 1);
      Map<String, Long> left = leave(redis, "leave", gate);
      assertStopsSoon(daemon);
      assertAlive(left);
      gate.open();
      Awaitility.await().until(() -> processes.all().isEmpty());
    }
  }

  /** RQ and the daemon kill a horse with its process group; processes outside the group survive. */
  @Test
  @Tag("short")
  void theHorseOfAKilledWorkerIsKnownAmongWhatItsJobHasStarted() throws Exception {
    Gate gate = Gate.in(directory);
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = Daemon.start(redis, "--min-workers=1", "--no-scheduler");
        PoolProcesses processes = PoolProcesses.of(daemon);
        Jedis jedis = redis.connect()) {
      long worker = daemon.awaitFirstWorker();
      Map<String, Long> left = leave(redis, "leave_and_work", gate);
      long horse = processes.horseOf(worker);
      List<String> marks = jedis.zrange("rq:wip:default", 0, -1);
      assertThat(marks).hasSize(1);
      Signal.send("KILL", worker);
      daemon.await("orphan_found", 1);
      awaitReady(daemon, 2);

      assertThat(orphans(daemon)).containsOnly(horse);
      assertAlive(left);

      daemon.signal("TERM");
      daemon.await("stop_requested", 1);
      daemon.await("worker_gone", 2);
      assertThat(daemon.isAlive()).as("waits for the horse").isTrue();

      Thread.sleep(1300); // two signals within a second are one
      daemon.signal("TERM");
      assertThat(daemon.exitCode(Duration.ofSeconds(30))).isEqualTo(1);
      assertThat(orphans(daemon)).containsOnly(horse);

      Awaitility.await().until(() -> !PoolProcesses.isAlive(horse));
      for (String kind :
          List.of("daemon", "fork-with-group", "fork-with-session", "subprocess-with-session")) {
        assertIsAlive(kind, left.getOrDefault(kind, 0L));
      }
      gate.open();
      Awaitility.await().until(() -> processes.all().isEmpty());
    }
  }

  /** Nothing but the jobs' own processes is left of this pool. */
  @Test
  void aNewDaemonLeavesTheJobsProcessesAloneToo() throws Exception {
    Gate gate = Gate.in(directory);
    String[] options = {"--min-workers=1", Daemon.ownName()};

    try (RedisServer redis = RedisServer.started();
        Daemon first = Daemon.start(redis, options);
        PoolProcesses processes = PoolProcesses.of(first)) {
      first.await("worker_ready", 1);
      Map<String, Long> left = leave(redis, "leave", gate);
      long worker = first.workerPids().get(0);
      long scheduler = processes.schedulerOf(worker);
      first.signal("KILL");
      first.exitCode(Duration.ofSeconds(10));
      Signal.send("KILL", worker);

      try (Daemon second = Daemon.start(redis, options)) {
        second.await("orphan_gone", 1);
        awaitReady(second, 1);
        assertThat(orphans(second)).containsOnly(scheduler);
        assertStopsSoon(second);
        assertThat(orphans(second)).containsOnly(scheduler);
      }
      assertAlive(left);

      gate.open();
      Awaitility.await().until(() -> processes.all().isEmpty());
    }
  }
}
