package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowingConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers from a fork server that has imported the application. */
final class PreloadIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path directory;

  private final String name = "--name=preload-" + UUID.randomUUID();

  /** A daemon whose Python finds the modules of this test. */
  private Daemon start(TestRedis redis, String... options) throws Exception {
    List<String> all =
        new ArrayList<>(List.of(name, "--python", RqPython.path(), "--log-format", "json"));
    all.addAll(List.of("--log-level", "debug", "--directory", RqPython.JOBS.toString()));
    all.addAll(List.of(options));
    return Daemon.runDetached(
        Map.of("RQ_REDIS_URL", redis.url(), "PYTHONPATH", directory.toString()),
        all.toArray(new String[0]));
  }

  private void module(String module, String... lines) throws Exception {
    Files.writeString(directory.resolve(module + ".py"), String.join("\n", lines) + "\n");
  }

  private Path enqueue(TestRedis redis, int count, Object length) throws Exception {
    Path log = directory.resolve("jobs");
    RqPython.enqueue(redis, log, count, length);
    return log;
  }

  private static long forkServer(Daemon daemon, int number) {
    return daemon.await("preloaded", number).get("pid").getAsLong();
  }

  private static long parent(long pid) {
    return ProcessHandle.of(pid).flatMap(ProcessHandle::parent).map(ProcessHandle::pid).orElse(0L);
  }

  private static void awaitEnd(long pid) {
    Awaitility.await().until(() -> !PoolProcesses.isAlive(pid));
  }

  /** PSS in MB. */
  private static long memory(long pid) throws Exception {
    return Files.readAllLines(Path.of("/proc", "" + pid, "smaps_rollup")).stream()
        .filter(line -> line.startsWith("Pss:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
        .sum();
  }

  @Test
  void workersShareWhatWasImportedOnceAndDoTheirJobs() throws Exception {
    module("weighty", "import os", "data = os.urandom(120_000_000)", "print('imported')");
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--preload=weighty", "--min-workers=4", "--max-workers=4");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      daemon.await("worker_ready", 4);
      Path log = enqueue(redis, 8, 0.1);
      JobLog.awaitRuns(log, 8);

      long server = forkServer(daemon, 1);
      long sum = memory(server);
      for (long worker : daemon.workerPids()) {
        assertThat(parent(worker)).isEqualTo(server);
        sum += memory(worker);
      }
      assertThat(sum).as("MB of 5 processes with 115 MB each").isBetween(115L, 300L);

      assertThat(daemon.output().lines().filter("imported"::equals)).hasSize(1);
      assertThat(daemon.stop()).isZero();
      assertThat(processes.all()).isEmpty();
    }
  }

  @Test
  void whatCannotBeImportedEndsTheStartWithItsLastLine() throws Exception {
    module("needy", "import no_such_module");
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--preload=json,needy")) {
      assertThat(daemon.exitCode(SOON)).isEqualTo(1);
      assertThat(daemon.output())
          .endsWith("--preload (json,needy): ModuleNotFoundError: No module named 'no_such_module'")
          .doesNotContain("worker_started");
    }
  }

  @Test
  void aModuleThatStartsThreadsIsNamed() throws Exception {
    module(
        "busybody",
        "import threading, time",
        "threading.Thread(target=time.sleep, args=[60], name='clock', daemon=True).start()");
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--preload=json,busybody")) {
      assertThat(daemon.exitCode(SOON)).isEqualTo(1);
      assertThat(daemon.output()).contains("importing busybody started threads").contains("clock");
    }
  }

  @Test
  void anImportThatTakesTooLongEndsTheStartAndAStopDoesNotWaitForIt() throws Exception {
    module("endless", "import time", "time.sleep(600)");
    try (RedisServer redis = RedisServer.started()) {
      try (Daemon daemon = start(redis, "--preload=endless", "--start-timeout=2s")) {
        assertThat(daemon.exitCode(SOON)).isEqualTo(1);
        assertThat(daemon.output()).contains("not imported within 2s, see --start-timeout");
      }

      try (Daemon daemon = start(redis, "--preload=endless");
          PoolProcesses processes = PoolProcesses.of(daemon)) {
        Awaitility.await().until(() -> !processes.all().isEmpty());
        assertThat(daemon.stop()).isZero();
        assertThat(processes.all()).isEmpty();
      }
    }
  }

  @Test
  void aRestartImportsTheNewCodeAndTheOldForkServerGoesWithItsLastWorker() throws Exception {
    module("release", "print('release 1')");
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--preload=release", "--min-workers=2", "--max-workers=2");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      daemon.await("worker_ready", 2);
      long old = forkServer(daemon, 1);
      Gate gate = Gate.in(directory);
      Path log = enqueue(redis, 1, gate);
      daemon.awaitBusy(1);
      module("release", "print('release 2')");
      daemon.signal("HUP");
      daemon.await("restart_done", 1);

      assertThat(daemon.output()).contains("release 1").contains("release 2");

      long fresh = forkServer(daemon, 2);
      assertThat(PoolProcesses.isAlive(old)).as("its worker is still at its job").isTrue();

      gate.open();
      daemon.await("worker_gone", 2);
      awaitEnd(old);
      assertThat(daemon.workerPids()).hasSize(2).allMatch(worker -> parent(worker) == fresh);
      assertThat(daemon.messages("worker_gone")).allMatch(line -> line.contains("exit code 0"));
      assertThat(JobLog.read(log).runs()).hasSize(1);
      assertThat(daemon.stop()).isZero();
      assertThat(processes.all()).isEmpty();
    }
  }

  @Test
  void newCodeThatCannotBeImportedLeavesTheOldWorkersUntilItIsMended() throws Exception {
    module("release", "");
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--preload=release", "--min-workers=2", "--max-workers=2");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      daemon.await("worker_ready", 2);
      List<Long> old = daemon.workerPids();
      module("release", "def broken(:");
      daemon.signal("HUP");
      JsonObject degraded = daemon.await("degraded", 1);
      assertThat(degraded.get("message").getAsString()).contains("preload: SyntaxError");
      assertThat(daemon.workerPids()).isEqualTo(old);

      // A worker of the old code that dies is replaced by another one of the old code.
      Signal.send("KILL", old.get(0));
      daemon.await("worker_ready", 3);
      assertThat(daemon.messages("worker_gone")).singleElement().asString().contains("signal 9");

      module("release", "");
      daemon.signal("HUP");
      daemon.await("recovered", 1);
      daemon.await("restart_done", 1);
      daemon.await("worker_gone", 3);
      assertThat(daemon.workerPids()).hasSize(2);
      assertThat(daemon.stop()).isZero();
      assertThat(processes.all()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"KILL", "STOP"})
  void workersOutliveTheirForkServerAndAreNotDoubled(String signal) throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon =
            start(redis, "--preload=rq", "--min-workers=2", "--max-workers=2", "--no-scheduler");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      daemon.await("worker_ready", 2);
      List<Long> old = daemon.workerPids();
      Signal.send(signal, forkServer(daemon, 1));
      // A fork server that hangs does not report this exit, but its hanging is noticed.
      Signal.send("KILL", old.get(0));
      daemon.await("fork_server_lost", 1);
      long fresh = forkServer(daemon, 2);
      daemon.await("worker_ready", 3);
      assertThat(daemon.workerPids()).hasSize(2).contains(old.get(1));
      assertThat(daemon.workerPids()).anyMatch(worker -> parent(worker) == fresh);

      // The exit code of a reparented worker is unknown; its exit is reported once.
      Signal.send("TERM", old.get(1));
      daemon.await("worker_gone", 2);
      assertThat(daemon.messages("worker_gone")).last().asString().contains("exit code unknown");

      daemon.await("worker_ready", 4);
      assertThat(daemon.stop()).isZero();
      assertThat(processes.all()).isEmpty();
      assertThat(daemon.events("worker_gone")).hasSize(4);
      assertThat(daemon.events("orphan_found")).isEmpty();
      assertThat(daemon.events("measured")).allMatch(event -> event.get("live").getAsInt() <= 2);
    }
  }

  @Test
  void theNextDaemonAdoptsForkedWorkers() throws Exception {
    adopts("--preload=rq", second -> assertThat(second.events("worker_started")).isEmpty());
  }

  /** They are adopted first, so that none loses its job. */
  @Test
  void aNextDaemonWithoutForkServerReplacesForkedWorkers() throws Exception {
    adopts("default", second -> second.await("restart_done", 1));
  }

  private void adopts(String option, ThrowingConsumer<Daemon> thenShows) throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon first = start(redis, "--preload=rq", "--min-workers=2", "--max-workers=2");
        PoolProcesses processes = PoolProcesses.of(first)) {
      first.await("worker_ready", 2);
      List<Long> workers = first.workerPids();
      Gate gate = Gate.in(directory);
      Path log = enqueue(redis, 1, gate);
      first.awaitBusy(1);
      // A fork server that hangs does not notice that its daemon is gone.
      Signal.send("STOP", forkServer(first, 1));
      first.signal("KILL");
      first.exitCode(SOON);
      assertThat(workers).allMatch(PoolProcesses::isAlive);

      try (Daemon second = start(redis, "--min-workers=2", "--max-workers=2", option)) {
        second.await("worker_adopted", 2);
        awaitEnd(forkServer(first, 1));
        second.awaitBusy(1);
        assertThat(second.events("worker_adopted").map(event -> event.get("pid").getAsLong()))
            .containsExactlyInAnyOrderElementsOf(workers);
        gate.open();
        JobLog.awaitRuns(log, 1);
        thenShows.accept(second);
        assertThat(second.stop()).isZero();
        assertThat(second.events("orphan_found")).isEmpty();
      }
      assertThat(processes.all()).isEmpty();
    }
  }
}
