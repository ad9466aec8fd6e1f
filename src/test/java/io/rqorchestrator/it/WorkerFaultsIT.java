package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** What can happen to workers and their horses, and what workers can do to the pool. */
final class WorkerFaultsIT {

  @TempDir Path directory;

  private static Daemon start(RedisServer redis, String... options) throws Exception {
    return Daemon.start(redis, options);
  }

  private Path enqueue(RedisServer redis, int count, Object length) throws Exception {
    Path log = directory.resolve("jobs");
    RqPython.enqueue(redis, log, count, length);
    return log;
  }

  private static String onlyRecord(Jedis jedis) {
    Set<String> records = jedis.smembers("rq:workers");
    assertThat(records).hasSize(1);
    return records.iterator().next();
  }

  /** Asserts that each reported wait is about twice the one before. */
  private static void assertBacksOff(List<JsonObject> ends) {
    List<Double> waits = ends.stream().map(event -> event.get("retry_in").getAsDouble()).toList();
    for (int i = 0; i < waits.size(); i++) {
      double full = 1L << i;
      assertThat(waits.get(i)).as("wait %d of %s", i, waits).isBetween(0.8 * full, full);
    }
  }

  @Test
  void aWorkerKilledWhileIdleIsReplacedAndItsRecordRemoved() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=1");
        Jedis jedis = redis.connect()) {
      daemon.await("worker_ready", 1);
      String record = onlyRecord(jedis);
      Signal.send("KILL", daemon.workerPids().get(0));
      JsonObject gone = daemon.await("worker_gone", 1);
      assertThat(gone.get("ending").getAsString()).isEqualTo("crashed");
      assertBacksOff(List.of(gone));

      daemon.await("worker_ready", 2);
      Awaitility.await().until(() -> !jedis.exists(record));
      assertThat(onlyRecord(jedis)).isNotEqualTo(record);
      assertThat(jedis.smembers("rq:workers:default")).hasSize(1).doesNotContain(record);
      assertThat(daemon.stop()).isZero();
    }
  }

  /** A SpawnWorker's horse is a program of its own. */
  @ParameterizedTest
  @ValueSource(strings = {"Worker", "SpawnWorker"})
  void theHorseOfAKilledWorkerFinishesItsJobThenTheRecordGoes(String kind) throws Exception {
    String[] options = {
      "--min-workers=1", "--no-scheduler", "--", "--worker-class", "rq.worker." + kind
    };
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, options);
        PoolProcesses processes = PoolProcesses.of(daemon);
        Jedis jedis = redis.connect()) {
      long worker = daemon.awaitFirstWorker();
      Gate gate = Gate.in(directory);
      Path log = enqueue(redis, 1, gate);
      long horse = processes.horseOf(worker);
      assertThat(PoolProcesses.group(horse)).isNotEqualTo(PoolProcesses.group(worker));
      String record = onlyRecord(jedis);
      Signal.send("KILL", worker);

      JsonObject orphan = daemon.await("orphan_found", 1);
      assertThat(orphan.get("pid").getAsLong()).isEqualTo(horse);
      assertThat(orphan.get("message").getAsString()).contains("it may finish its job");
      daemon.await("worker_ready", 2);
      assertThat(PoolProcesses.isAlive(horse)).isTrue();
      assertThat(jedis.exists(record)).as("the record stays for the horse").isTrue();
      gate.open();

      daemon.await("orphan_gone", 1);
      assertThat(daemon.await("dead_worker_record_removed", 1).get("name").getAsString())
          .isEqualTo(record.substring("rq:worker:".length()));

      Awaitility.await().until(() -> !jedis.exists(record));
      assertThat(jedis.smembers("rq:workers")).hasSize(1).doesNotContain(record);
      assertThat(daemon.events("orphan_killed")).isEmpty();
      assertThat(daemon.stop()).isZero();
      assertThat(JobLog.read(log).runs()).hasSize(1);
      assertThat(jedis.zcard("rq:failed:default")).isZero();
      assertThat(processes.all()).isEmpty();
    }
  }

  /** What the sample reads of a running job differs by RQ's version. */
  @Test
  @Tag("short")
  void anOrphanHorseIsKilledShortlyBeforeRqGivesItsJobAway() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=1", "--no-scheduler");
        PoolProcesses processes = PoolProcesses.of(daemon);
        Jedis jedis = redis.connect()) {
      long worker = daemon.awaitFirstWorker();
      Path log = enqueue(redis, 1, 120);
      long horse = processes.horseOf(worker);
      double countedUntil = countAsRunning(jedis, 20);
      Signal.send("KILL", worker);

      JsonObject allowed = daemon.await("orphan_allowed", 1);
      assertThat(allowed.get("pid").getAsLong()).isEqualTo(horse);
      assertThat(allowed.get("job").getAsString()).isEqualTo("job-0");
      assertThat(allowed.get("within").getAsDouble()).isLessThan(15);

      JsonObject killed = daemon.await("orphan_killed", 1);
      assertThat(Daemon.time(killed).toEpochMilli() / 1000.0)
          .isBetween(countedUntil - 5.1, countedUntil - 1);

      daemon.await("orphan_gone", 1);
      daemon.await("dead_worker_record_removed", 1);
      assertThat(PoolProcesses.isAlive(horse)).isFalse();
      assertThat(daemon.stop()).as("it has ended a job").isEqualTo(1);
      assertThat(JobLog.read(log).runs()).isEmpty();
    }
  }

  @Test
  void anOrphanHorseMayGoOnAsLongAsRqCountsItsJobAsRunning() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=1", "--no-scheduler");
        PoolProcesses processes = PoolProcesses.of(daemon);
        Jedis jedis = redis.connect()) {
      long worker = daemon.awaitFirstWorker();
      Path log = enqueue(redis, 1, 65);
      processes.horseOf(worker);
      countAsRunning(jedis, 300);
      Signal.send("KILL", worker);

      JsonObject allowed = daemon.await("orphan_allowed", 1);
      assertThat(allowed.get("within").getAsDouble()).isBetween(200.0, 295.0);
      daemon.await("orphan_gone", 1);
      assertThat(daemon.events("orphan_killed")).isEmpty();
      assertThat(daemon.stop()).isZero();
      assertThat(JobLog.read(log).runs()).hasSize(1);
      assertThat(jedis.zcard("rq:finished:default")).isOne();
    }
  }

  /** Sets until when RQ counts the only running job as running; seconds since the epoch. */
  private static double countAsRunning(Jedis jedis, int seconds) {
    List<String> marks =
        Awaitility.await()
            .until(() -> jedis.zrange("rq:wip:default", 0, -1), running -> running.size() == 1);
    double until = System.currentTimeMillis() / 1000.0 + seconds;
    jedis.zadd("rq:wip:default", until, marks.get(0));
    return until;
  }

  @Test
  void theSchedulerOfAKilledWorkerIsEnded() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=1");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      long worker = daemon.awaitFirstWorker();
      long scheduler = processes.schedulerOf(worker);
      Signal.send("KILL", worker);
      JsonObject orphan = daemon.await("orphan_found", 1);
      assertThat(orphan.get("pid").getAsLong()).isEqualTo(scheduler);
      assertThat(orphan.get("message").getAsString()).contains("orphan scheduler");

      daemon.await("orphan_gone", 1);
      assertThat(PoolProcesses.isAlive(scheduler)).isFalse();

      // It gave its lock back, so the successor's scheduler has it at once.
      daemon.await("worker_ready", 2);
      long successor = daemon.workerPids().get(0);
      assertThat(processes.schedulerOf(successor)).isPositive();
      assertThat(daemon.stop()).isZero();
      assertThat(processes.all()).isEmpty();
    }
  }

  /** A job that has forked a child; returns the child. */
  private long childOfAJob(RedisServer redis, PoolProcesses processes, long worker, Gate gate)
      throws Exception {
    Path log = directory.resolve("log");
    Object[] job = {redis.url(), "default", log, 1, 0, gate, "job", "work_beside_a_child"};
    assertThat(RqPython.run("enqueue.py", job).waitFor()).isZero();
    long horse = processes.horseOf(worker);
    Awaitility.await().until(() -> !processes.childrenOf(horse).isEmpty());
    return processes.childrenOf(horse).get(0);
  }

  /**
   * It is in its horse's process group, runs the host's program, and is no scheduler. Whether the
   * horse leads a session, too, differs by RQ's version.
   */
  @Test
  @Tag("short")
  void whatAJobHasForkedIsLeftAlone() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=1");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      long worker = daemon.awaitFirstWorker();
      Gate gate = Gate.in(directory);
      long child = childOfAJob(redis, processes, worker, gate);
      long horse = processes.horseOf(worker);
      Signal.send("KILL", worker);
      daemon.await("orphan_found", 1, event -> event.get("pid").getAsLong() == horse);
      daemon.await("worker_ready", 2);
      daemon.await("measured", daemon.events("measured").toList().size() + 3);
      assertThat(PoolProcesses.isAlive(child)).as("beside the horse").isTrue();

      Signal.send("KILL", horse);
      daemon.await("orphan_gone", 1, event -> event.get("pid").getAsLong() == horse);
      Signal.send("KILL", daemon.workerPids().get(0));
      daemon.await("worker_ready", 3);
      daemon.await("measured", daemon.events("measured").toList().size() + 3);

      assertThat(PoolProcesses.isAlive(child)).as("after the horse").isTrue();
      assertThat(daemon.events("orphan_found"))
          .extracting(event -> event.get("pid").getAsLong())
          .doesNotContain(child);
      gate.open();
      assertThat(daemon.stop()).isZero();
      Awaitility.await().until(() -> processes.all().isEmpty());
    }
  }

  /** Otherwise it would go on beside the job's next run, and after the daemon's end. */
  @Test
  void anOrphanHorseIsKilledWithWhatItsJobHasForked() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=1");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      long worker = daemon.awaitFirstWorker();
      long child = childOfAJob(redis, processes, worker, Gate.in(directory));
      long horse = processes.horseOf(worker);
      Signal.send("KILL", worker);
      daemon.await("orphan_found", 1, event -> event.get("pid").getAsLong() == horse);
      daemon.signal("TERM");
      daemon.await("stop_requested", 1);
      Thread.sleep(1300); // two signals within a second are one
      daemon.signal("TERM");

      assertThat(daemon.exitCode(Duration.ofSeconds(30))).isEqualTo(1);
      JsonObject killed = daemon.await("orphan_killed", 1);
      assertThat(killed.get("cold_stop").getAsBoolean()).isTrue();
      Awaitility.await().until(() -> !PoolProcesses.isAlive(child));
      assertThat(processes.all()).isEmpty();
    }
  }

  /** As a scheduler that cannot give its lock back because Redis hangs. */
  @Test
  void aSchedulerThatDoesNotGoIsKilled() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=1");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      long worker = daemon.awaitFirstWorker();
      long scheduler = processes.schedulerOf(worker);
      Signal.send("STOP", scheduler);
      Signal.send("KILL", worker);

      daemon.await("orphan_found", 1);
      daemon.await("orphan_gone", 1);
      Awaitility.await().until(() -> !PoolProcesses.isAlive(scheduler));
      assertThat(daemon.stop()).isZero();
    }
  }

  @Test
  void aKilledHorseIsRqsAffairAndItsWorkerLivesOn() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=1");
        PoolProcesses processes = PoolProcesses.of(daemon);
        Jedis jedis = redis.connect()) {
      long worker = daemon.awaitFirstWorker();
      Path log = enqueue(redis, 1, 60);
      Signal.send("KILL", processes.horseOf(worker));
      Awaitility.await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> jedis.zcard("rq:failed:default") == 1);
      enqueue(redis, 1, 0);
      JobLog.awaitRuns(log, 1);

      assertThat(daemon.events("worker_gone")).isEmpty();
      assertThat(daemon.events("orphan_found")).isEmpty();
      assertThat(daemon.stop()).isZero();
    }
  }

  @Test
  void aBadImportIsBackedOffFromReportedAndRecoveredFrom() throws Exception {
    Path mended = directory.resolve("mended");
    try (RedisServer redis = RedisServer.started();
        Daemon daemon =
            start(redis, "--min-workers=1", "--worker-entry=-m failing_import " + mended)) {
      JsonObject degraded = daemon.await("degraded", 1);
      assertThat(degraded.get("message").getAsString()).contains("w3 crashed (exit code 1) after ");
      assertBacksOff(daemon.events("worker_gone").toList());
      assertThat(daemon.output()).contains("ImportError: no module named application");

      Files.createFile(mended);
      daemon.await("worker_ready", 1);
      Path log = enqueue(redis, 1, 0);
      JobLog.awaitRuns(log, 1);
      assertThat(daemon.events("degraded")).hasSize(1);
      assertThat(daemon.stop()).isZero();
    }
  }

  @Test
  void aMissingCommandIsBackedOffFromReportedAndRecoveredFrom() throws Exception {
    Path command = directory.resolve("worker");
    try (RedisServer redis = RedisServer.started();
        Daemon daemon =
            start(redis, "--min-workers=1", "--worker-command=" + command + " worker default")) {
      JsonObject degraded = daemon.await("degraded", 1);
      assertThat(degraded.get("message").getAsString()).contains("exit code 127");
      assertBacksOff(daemon.events("worker_gone").toList());

      script(command, "exec " + RqPython.path() + " -m rq.cli \"$@\"");
      daemon.await("worker_ready", 1);
      Path log = enqueue(redis, 1, 0);
      JobLog.awaitRuns(log, 1);
      assertThat(daemon.stop()).isZero();
    }
  }

  /** As when a deploy moves the virtual environment away under a running daemon. */
  @Test
  void aPythonThatVanishesIsBackedOffFromReportedAndRecoveredFrom() throws Exception {
    Path python = directory.resolve("python");
    script(python, "exec " + RqPython.path() + " \"$@\"");

    try (RedisServer redis = RedisServer.started();
        Daemon daemon =
            Daemon.run(
                Map.of("RQ_REDIS_URL", redis.url()),
                Daemon.ownName(),
                "--python=" + python,
                "--directory=" + RqPython.JOBS,
                "--log-format=json",
                "--min-workers=1")) {
      daemon.await("worker_ready", 1);
      Files.delete(python);
      Signal.send("KILL", daemon.workerPids().get(0));
      JsonObject degraded = daemon.await("degraded", 1);
      assertThat(degraded.get("message").getAsString())
          .contains("start failed: Cannot run program");

      script(python, "exec " + RqPython.path() + " \"$@\"");
      daemon.await("worker_ready", 2);
      assertThat(daemon.stop()).isZero();
    }
  }

  private static void script(Path file, String line) throws Exception {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(fresh, "#!/bin/sh\n" + line + "\n");
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwx------"));
    Files.move(fresh, file);
  }

  @Test
  void anExitWithCodeZeroAfterAMomentIsACrash() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=1", "--worker-entry=-m failing_worker")) {
      daemon.await("degraded", 1);
      assertBacksOff(daemon.events("worker_gone").toList());
      assertThat(daemon.messages("worker_gone"))
          .allMatch(line -> line.contains("crashed (exit code 0)"));
      assertThat(daemon.stop()).isZero();
    }
  }

  /** Each worker ends after one job, as configured; that is no crash. */
  @Test
  void maxJobsIsNoCrashLoop() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon =
            start(redis, "--min-workers=2", "--max-workers=2", "--", "--max-jobs", "1")) {
      Path log = enqueue(redis, 8, 0.01);
      JobLog.awaitRuns(log, 8);
      assertThat(daemon.stop()).isZero();
      assertThat(daemon.events("degraded")).isEmpty();
      JobLog.assertEachRanOnce(log, 8);

      List<Instant> starts = daemon.events("worker_started").map(Daemon::time).toList();
      List<Instant> ends =
          daemon
              .events("worker_gone")
              .filter(event -> !event.get("ending").getAsString().equals("asked"))
              .map(Daemon::time)
              .toList();
      // The n-th end is followed by the start of worker n + 2, which takes its place.
      for (int i = 0; i + 2 < starts.size() && i < ends.size(); i++) {
        assertThat(Duration.between(ends.get(i), starts.get(i + 2)))
            .isLessThan(Duration.ofMillis(2500));
      }
    }
  }

  @Test
  void aWorkerThatDoesNotRegisterInTimeIsAskedToGoAndBackedOffFrom() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon =
            start(
                redis,
                "--min-workers=1",
                "--start-timeout=10s", // a fork server has to be up within it, too
                "--",
                "--worker-class",
                "failing_worker.SlowWorker");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      JsonObject degraded = daemon.await("degraded", 1);
      assertThat(degraded.get("message").getAsString()).contains("w3 did not register in time");
      assertThat(daemon.messages("worker_draining"))
          .hasSize(3)
          .allMatch(line -> line.matches("start timeout w\\d .*: asked to go"));
      assertBacksOff(daemon.events("start_failed").toList());
      assertThat(daemon.stop()).isZero();
      assertThat(processes.all()).isEmpty();
    }
  }

  /** A stopped worker handles no signal: its successor starts first, then it is continued. */
  @Test
  void aStoppedWorkerIsReplacedAndContinuedSoThatItGoes() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=2", "--max-workers=2", "--drain-timeout=2s");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      daemon.await("worker_ready", 2);
      long wedged = daemon.workerPids().get(0);
      Signal.send("STOP", wedged);
      Thread.sleep(2000); // until no pop of it is under way that Redis could hand a job to
      Path log = enqueue(redis, 16, 3);
      JsonObject outdated = daemon.await("worker_outdated", 1);
      assertThat(outdated.get("pid").getAsLong()).isEqualTo(wedged);
      assertThat(outdated.get("message").getAsString()).contains("no heartbeat");

      daemon.await("worker_ready", 3);
      JsonObject gone = daemon.await("worker_gone", 1);
      assertThat(gone.get("pid").getAsLong()).isEqualTo(wedged);
      assertThat(daemon.events("worker_draining").map(event -> event.get("step").getAsString()))
          .containsExactly("asked");

      JobLog.awaitRuns(log, 16);
      assertThat(daemon.stop()).isZero();
      JobLog.assertEachRanOnce(log, 16);
      assertThat(processes.all()).isEmpty();
    }
  }

  @Test
  void aWorkerThatIgnoresSignalsIsKilledStepByStep() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon =
            start(
                redis,
                "--min-workers=1",
                "--drain-timeout=2s",
                "--",
                "--worker-class",
                "failing_worker.DeafWorker");
        PoolProcesses processes = PoolProcesses.of(daemon);
        Jedis jedis = redis.connect()) {
      daemon.await("worker_ready", 1);
      String record = onlyRecord(jedis);

      assertThat(daemon.stop()).isZero();
      assertThat(daemon.events("worker_draining").map(event -> event.get("step").getAsString()))
          .containsExactly("asked", "cold", "killed");
      assertThat(processes.all()).isEmpty();
      assertThat(jedis.exists(record)).as("its record went with it").isFalse();
    }
  }
}
