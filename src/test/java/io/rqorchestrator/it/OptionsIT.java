package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Options that change what the pool runs, each seen at work. */
final class OptionsIT {

  @TempDir Path directory;

  @Test
  @Tag("short")
  void burstScalesUntilTheQueuesAreEmptyAndEndsWithZero() throws Exception {
    Path log = directory.resolve("jobs");
    try (TestRedis redis = TestRedis.started()) {
      RqPython.enqueue(redis, log, 40, 0.3);

      try (Daemon daemon =
          Daemon.start(
              redis,
              "--burst",
              "--max-workers=3",
              "--scaling-period=1",
              "--utilization-window=3")) {
        assertThat(daemon.exitCode(Duration.ofMinutes(3))).isZero();
        assertThat(daemon.messages("decided")).anyMatch(line -> line.startsWith("grow"));
        assertThat(JobLog.read(log).timesRun()).hasSize(40);
      }
    }
  }

  @Test
  @Tag("short")
  void minZeroStartsAWorkerForAWaitingJobAtTheNextSampleAndGoesBackToNone() throws Exception {
    Path log = directory.resolve("jobs");
    try (TestRedis redis = TestRedis.started();
        Daemon daemon =
            Daemon.start(
                redis,
                "--min-workers=0",
                "--max-workers=1",
                "--scaling-period=2",
                "--utilization-window=3")) {
      daemon.await("measured", 3);
      assertThat(daemon.events("worker_started")).isEmpty();

      RqPython.enqueue(redis, log, 2, 0.2);
      daemon.await("worker_started", 1);
      assertThat(daemon.messages("decided"))
          .anyMatch(line -> line.startsWith("grow 0 -> 1: a job waits and no worker runs"));

      JsonObject gone = daemon.await("worker_gone", 1);
      assertThat(gone.get("ending").getAsString()).isEqualTo("asked");
      assertThat(daemon.messages("decided")).anyMatch(line -> line.startsWith("shrink 1 -> 0: "));
      assertThat(JobLog.read(log).timesRun()).hasSize(2);
      assertThat(daemon.stop()).isZero();
    }
  }

  @Test
  void theMinWorkersRunRqsSchedulerAndElasticOnesDoNot() throws Exception {
    Path log = directory.resolve("jobs");
    try (TestRedis redis = TestRedis.started();
        Daemon daemon =
            Daemon.start(
                redis,
                "--min-workers=1",
                "--max-workers=2",
                "--scaling-period=1",
                "--utilization-window=2")) {
      Gate gate = Gate.in(directory);
      RqPython.enqueue(redis, log, 8, gate);

      daemon.await("worker_ready", 2);
      List<String> commands =
          daemon
              .events("worker_started")
              .map(event -> commandLine(event.get("pid").getAsLong()))
              .toList();
      assertThat(commands.get(0)).contains("--with-scheduler");
      assertThat(commands.get(1)).doesNotContain("--with-scheduler");

      try (Jedis jedis = redis.connect()) {
        Awaitility.await().until(() -> jedis.exists("rq:scheduler-lock:default"));
      }
      gate.open();
      assertThat(daemon.stop()).isZero();
    }
  }

  private static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc", "" + pid, "cmdline")).replace('\0', ' ');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aWorkerThatIsKilledIsReplacedAfterABackoff() throws Exception {
    try (TestRedis redis = TestRedis.started();
        Daemon daemon = Daemon.start(redis, "--min-workers=1")) {
      daemon.await("worker_ready", 1);
      Signal.send("KILL", daemon.workerPids().get(0));

      JsonObject gone = daemon.await("worker_gone", 1);
      assertThat(gone.get("ending").getAsString()).isEqualTo("crashed");
      assertThat(gone.get("message").getAsString()).contains("signal 9").contains("replaced in");
      daemon.await("worker_ready", 2);
      assertThat(daemon.stop()).isZero();
    }
  }

  @Test
  void whatFollowsTheDashesReachesRq() throws Exception {
    Path log = directory.resolve("jobs");
    try (TestRedis redis = TestRedis.started();
        Daemon daemon =
            Daemon.start(
                redis, "--min-workers=1", "--", "--worker-class", "rq.SimpleWorker", "--quiet")) {
      long worker = daemon.awaitFirstWorker();
      RqPython.enqueue(redis, log, 2, 0);
      JobLog.awaitRuns(log, 2);

      // A SimpleWorker runs its jobs itself, so the job's parent is the worker's parent: us.
      assertThat(JobLog.read(log).runs())
          .allSatisfy(run -> assertThat(run.worker()).isEqualTo(daemon.pid()));
      assertThat(commandLine(worker)).contains("--quiet");
      assertThat(daemon.stop()).isZero();
    }
  }

  @Test
  void aWorkerCommandRunsAsItIsIsMeasuredFromRqsRecordsAndWarnedOf() throws Exception {
    Path log = directory.resolve("jobs");
    try (TestRedis redis = TestRedis.started();
        Daemon daemon =
            Daemon.start(
                redis,
                "--min-workers=1",
                "--max-workers=1",
                "--utilization-window=4",
                "--worker-command=" + RqPython.path() + " -m rq.cli worker default")) {
      daemon.await("unguarded", 1);
      daemon.await("worker_ready", 1);
      RqPython.enqueue(redis, log, 3, 5);
      // Saturated for 15 s: the fallback source is to see at least four fifths of it.
      daemon.await("measured", 1, event -> event.get("utilization").getAsDouble() > 0.8);
      assertThat(daemon.stop()).isZero();
    }
  }
}
