package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** SIGTERM and SIGINT at every moment of a pool's life. Whatever happens, no process is left. */
final class StoppingIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path directory;

  private static Daemon start(RedisServer redis, String... options) throws Exception {
    return Daemon.startDetached(redis, options);
  }

  private Path enqueue(RedisServer redis, int count, Object length) throws Exception {
    Path log = directory.resolve("jobs");
    RqPython.enqueue(redis, log, count, length);
    return log;
  }

  private static List<String> steps(Daemon daemon) {
    return daemon.events("worker_draining").map(event -> event.get("step").getAsString()).toList();
  }

  /** The same without the SIGKILL that follows a cold stop if RQ is slow. */
  private static List<String> stepsBeforeAKill(Daemon daemon) {
    return steps(daemon).stream().filter(step -> !step.equals("killed")).toList();
  }

  /** A second SIGTERM makes RQ kill the job. */
  private static void assertEachIsAskedOnce(Daemon daemon) {
    Map<String, Long> asked =
        daemon
            .events("worker_draining")
            .filter(event -> !event.get("step").getAsString().equals("marked"))
            .collect(
                Collectors.groupingBy(
                    event -> event.get("worker").getAsString(), Collectors.counting()));
    assertThat(asked).isNotEmpty().allSatisfy((worker, n) -> assertThat(n).isOne());
  }

  @Test
  void aSecondSignalIsAColdStopThatNamesTheJobsAndLeavesNothing() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=2");
        PoolProcesses processes = PoolProcesses.of(daemon);
        Jedis jedis = redis.connect()) {
      daemon.await("worker_ready", 2);
      Path log = enqueue(redis, 2, 60);
      daemon.awaitBusy(2);
      Awaitility.await("horses and a scheduler").until(() -> processes.all().size() > 4);
      stopCold(daemon, 2);

      assertThat(processes.all()).isEmpty();
      assertThat(stepsBeforeAKill(daemon)).containsExactly("asked", "asked", "cold", "cold");
      assertThat(daemon.messages("worker_draining"))
          .anyMatch(line -> line.contains("cold stop, leaves job job-0 started"))
          .anyMatch(line -> line.contains("cold stop, leaves job job-1 started"));
      assertThat(JobLog.read(log).runs()).isEmpty();
      assertThat(jedis.hget("rq:job:job-0", "status")).isEqualTo("started");
    }
  }

  @Test
  void aColdStopWhileRedisIsAwayLeavesNothingEither() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=2");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      daemon.await("worker_ready", 2);
      enqueue(redis, 1, 60);
      daemon.awaitBusy(1);
      redis.hang();
      daemon.await("redis_away", 1);
      daemon.signal("TERM");
      daemon.await("worker_draining", 2);
      Thread.sleep(1300);
      daemon.signal("INT");
      assertThat(daemon.exitCode(SOON)).isEqualTo(1);
      assertThat(processes.all()).isEmpty();

      redis.resume();
    }
  }

  @Test
  void twoSignalsWithinASecondAreOne() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=1");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      daemon.await("worker_ready", 1);
      Gate gate = Gate.in(directory);
      Path log = enqueue(redis, 1, gate);
      daemon.awaitBusy(1);

      String both = "kill -INT %1$d; kill -TERM %1$d".formatted(daemon.pid());
      new ProcessBuilder("sh", "-c", both).start().waitFor();
      daemon.await("stop_requested", 1);
      Thread.sleep(1000);
      gate.open();

      assertThat(daemon.exitCode(SOON)).isZero();
      assertEachIsAskedOnce(daemon);
      assertThat(JobLog.read(log).runs()).hasSize(1);
      assertThat(processes.all()).isEmpty();
    }
  }

  @Test
  void theDrainTimeoutLeadsToTheSameSteps() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=1", "--drain-timeout=2s");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      daemon.await("worker_ready", 1);
      Path log = enqueue(redis, 1, 60);
      daemon.awaitBusy(1);
      long begun = System.nanoTime();
      daemon.signal("TERM");

      assertThat(daemon.exitCode(SOON)).as("it has ended a job").isEqualTo(1);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(2));
      assertThat(stepsBeforeAKill(daemon)).containsExactly("asked", "cold");
      assertThat(daemon.messages("worker_draining")).anyMatch(line -> line.contains("job job-0"));
      assertThat(JobLog.read(log).runs()).isEmpty();
      assertThat(processes.all()).isEmpty();
    }
  }

  @Test
  void whileWorkersStart() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=3");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      daemon.await("worker_started", 3);
      daemon.signal("TERM");
      assertThat(daemon.exitCode(SOON)).isZero();
      assertEachIsAskedOnce(daemon);
      assertThat(processes.all()).isEmpty();
    }
  }

  /** It is past its imports, and takes for ever to register. */
  @Test
  void whileAWorkerHangsInItsStart() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon =
            start(
                redis, "--min-workers=1", "--", "--worker-class", "failing_worker.SleepingWorker");
        PoolProcesses processes = PoolProcesses.of(daemon);
        Jedis jedis = redis.connect()) {
      daemon.await("worker_started", 1);
      Awaitility.await().until(() -> !jedis.keys("rq:orchestrator:worker:*").isEmpty());

      stopCold(daemon, 1);
      assertThat(processes.all()).isEmpty();
    }
  }

  /** Outside our host it must not be signalled before it is ready; a cold stop does not wait. */
  @Test
  void aSecondSignalDoesNotWaitForAWorkerThatNeverGetsReady() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=1", "--worker-command=sleep 600");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      daemon.await("worker_started", 1);
      daemon.signal("TERM");
      daemon.await("worker_draining", 1);
      Thread.sleep(1300);
      assertThat(steps(daemon)).containsExactly("marked");

      daemon.signal("TERM");
      assertThat(daemon.exitCode(SOON)).isEqualTo(1);
      assertThat(processes.all()).isEmpty();
    }
  }

  @Test
  void whileARetireIsUnderWay() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon =
            start(
                redis,
                "--min-workers=1",
                "--max-workers=3",
                "--scaling-period=1",
                "--utilization-window=2");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      Gate gate = Gate.in(directory);
      Path log = enqueue(redis, 6, gate);
      daemon.await("worker_ready", 3);
      gate.open();
      JsonObject retire = daemon.await("worker_draining", 1);
      daemon.signal("TERM");

      assertThat(retire.get("message").getAsString()).startsWith("retire");
      assertThat(daemon.exitCode(SOON)).isZero();
      assertEachIsAskedOnce(daemon);
      assertThat(JobLog.read(log).timesRun()).hasSize(6);
      assertThat(processes.all()).isEmpty();
    }
  }

  @Test
  void whileARollingRestartIsUnderWay() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=2");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      daemon.await("worker_ready", 2);
      Gate gate = Gate.in(directory);
      Path log = enqueue(redis, 1, gate);
      daemon.awaitBusy(1);
      daemon.signal("HUP");
      daemon.await("worker_started", 3);
      daemon.signal("TERM");
      daemon.await("stop_requested", 1);
      gate.open();

      assertThat(daemon.exitCode(SOON)).isZero();
      assertEachIsAskedOnce(daemon);
      // The first new one may have been ready before the stop, and the second started.
      assertThat(daemon.events("worker_started")).hasSizeBetween(3, 4);
      assertThat(JobLog.read(log).runs()).hasSize(1);
      assertThat(processes.all()).isEmpty();
    }
  }

  /** A terminal sends SIGINT to the whole foreground process group. */
  @Test
  void ctrlCReachesTheWorkersThroughTheDaemonAlone() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=2");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      daemon.await("worker_ready", 2);
      Gate gate = Gate.in(directory);
      Path log = enqueue(redis, 2, gate);
      daemon.awaitBusy(2);
      assertThat(PoolProcesses.group(daemon.pid())).isEqualTo(daemon.pid());
      Awaitility.await("horses and a scheduler").until(() -> processes.all().size() > 4);
      assertThat(processes.all()).noneMatch(pid -> PoolProcesses.group(pid) == daemon.pid());

      new ProcessBuilder("kill", "-INT", "--", "-" + daemon.pid()).start().waitFor();
      daemon.await("worker_draining", 2);
      gate.open();
      assertThat(daemon.exitCode(SOON)).isZero();
      assertThat(daemon.messages("stop_requested"))
          .singleElement()
          .asString()
          .startsWith("SIGINT: ");
      assertEachIsAskedOnce(daemon);
      assertThat(JobLog.read(log).runs()).hasSize(2);
      assertThat(processes.all()).isEmpty();
    }
  }

  /** A stopped worker hears no signal until it is continued. */
  @Test
  void aColdStopContinuesAStoppedWorkerSoThatItEndsItsHorse() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=1");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      long worker = daemon.awaitFirstWorker();
      enqueue(redis, 1, Gate.in(directory));
      long horse = processes.horseOf(worker);
      daemon.awaitBusy(1);
      Signal.send("STOP", worker);
      stopCold(daemon, 1);

      assertThat(PoolProcesses.isAlive(horse)).isFalse();
      assertThat(steps(daemon)).containsExactly("asked", "cold");
      assertThat(processes.all()).isEmpty();
    }
  }

  /** The old generation is still at a job when the new one has taken over. */
  @Test
  void aColdStopDuringARollingRestartLeavesNothingOfEitherGeneration() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=2", "--max-workers=2");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      daemon.await("worker_ready", 2);
      Path log = enqueue(redis, 2, Gate.in(directory));
      daemon.awaitBusy(2);
      daemon.signal("HUP");
      daemon.await("restart_done", 1);
      assertThat(daemon.workerPids()).as("both generations").hasSize(4);

      stopCold(daemon, 4);
      assertThat(processes.all()).isEmpty();
      assertThat(JobLog.read(log).runs()).isEmpty();
    }
  }

  /** Asks the daemon twice to stop; two signals within a second count as one. */
  private static void stopCold(Daemon daemon, int workers) throws Exception {
    daemon.signal("TERM");
    daemon.await("worker_draining", workers);
    Thread.sleep(1300);
    daemon.signal("TERM");
    assertThat(daemon.exitCode(SOON)).isEqualTo(1);
  }

  /** The daemon and its workers lose their output with it, and must not die of that. */
  @Test
  void aClosedTerminalDrainsThePool() throws Exception {
    Path history = directory.resolve("history");
    try (RedisServer redis = RedisServer.started();
        Daemon terminal =
            Daemon.startInTerminal(redis, "--min-workers=2", "--history-file=" + history);
        PoolProcesses processes = PoolProcesses.of(terminal)) {
      terminal.await("worker_ready", 2);
      Gate gate = Gate.in(directory);
      Path log = enqueue(redis, 1, gate);
      terminal.awaitBusy(1);
      terminal.signal("KILL");
      Awaitility.await()
          .until(() -> Files.readString(history).contains("\"by\":\"SIGHUP\",\"cold\":false"));
      assertThat(processes.all()).as("at its job").isNotEmpty();

      gate.open();
      Awaitility.await().until(() -> processes.all().isEmpty());
      Awaitility.await().until(() -> Files.readString(history).contains("pool_stopped"));
      assertThat(Files.readString(history)).doesNotContain("restart_requested");
      assertThat(JobLog.read(log).runs()).hasSize(1);
    }
  }

  /** The horse of a dead worker is waited for as well: it holds a job. */
  @Test
  void anOrphanHorseFinishesItsJobFirst() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=1");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      long worker = daemon.awaitFirstWorker();
      Gate gate = Gate.in(directory);
      Path log = enqueue(redis, 1, gate);
      processes.horseOf(worker);
      Signal.send("KILL", worker);
      daemon.await("orphan_found", 1);
      daemon.signal("TERM");
      daemon.await("stop_requested", 1);
      assertThat(daemon.isAlive()).isTrue();

      gate.open();
      assertThat(daemon.exitCode(SOON)).isZero();
      assertThat(JobLog.read(log).runs()).hasSize(1);
      assertThat(processes.all()).isEmpty();
    }
  }
}
