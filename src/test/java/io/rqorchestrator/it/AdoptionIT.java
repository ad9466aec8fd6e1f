package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.rqorchestrator.process.RuntimeDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** Workers outlive a daemon that is killed, and the next daemon of the pool takes them over. */
final class AdoptionIT {

  @TempDir Path directory;

  private final String pool = "adoption-" + UUID.randomUUID();

  private Daemon start(RedisServer redis, String... options) throws Exception {
    String[] all = new String[options.length + 2];
    all[0] = "--name=" + pool;
    all[1] = "--scaling-period=1";
    System.arraycopy(options, 0, all, 2, options.length);
    return Daemon.start(redis, all);
  }

  private Path enqueue(RedisServer redis, int count, Object length) throws Exception {
    Path log = directory.resolve("jobs");
    RqPython.enqueue(redis, log, count, length);
    return log;
  }

  private static void kill(Daemon daemon) throws Exception {
    daemon.signal("KILL");
    daemon.exitCode(Duration.ofSeconds(10));
  }

  private static List<Long> adopted(Daemon daemon) {
    return daemon.events("worker_adopted").map(event -> event.get("pid").getAsLong()).toList();
  }

  /** Where the daemon keeps its record of the pool's processes. */
  private static Path stateFile(Daemon daemon) throws IOException {
    return RuntimeDirectory.ofUser().resolve(PoolProcesses.poolId(daemon) + ".state");
  }

  @Test
  void theNextDaemonTakesOverTheWorkersMeasuresRetiresAndStopsThem() throws Exception {
    String[] options = {"--min-workers=1", "--max-workers=3", "--utilization-window=3"};
    try (RedisServer redis = RedisServer.started();
        Daemon first = start(redis, options);
        PoolProcesses processes = PoolProcesses.of(first)) {
      Gate gate = Gate.in(directory);
      Path log = enqueue(redis, 9, gate);
      first.await("worker_ready", 3);
      first.awaitBusy(3);
      List<Long> workers = first.workerPids();
      kill(first);
      assertThat(workers).allMatch(PoolProcesses::isAlive);

      try (Daemon second = start(redis, options)) {
        second.await("worker_adopted", 3);
        assertThat(adopted(second)).containsExactlyInAnyOrderElementsOf(workers);
        second.awaitBusy(3);
        second.await("measured", 1, event -> event.get("utilization").getAsDouble() > 0.5);
        gate.open();
        second.await("worker_gone", 2, event -> event.get("ending").getAsString().equals("asked"));
        assertThat(second.messages("worker_draining")).allMatch(line -> line.startsWith("retire"));
        assertThat(second.stop()).isZero();

        assertThat(second.events("worker_started")).isEmpty();
        assertThat(second.events("measured")).allMatch(event -> event.get("live").getAsInt() <= 3);
        assertThat(processes.all()).isEmpty();
        JobLog.assertEachRanOnce(log, 9);
      }
    }
  }

  @Test
  void aJobInHandSurvivesTheDaemonsDeathTheAdoptionAndTheStop() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon first = start(redis, "--min-workers=1");
        PoolProcesses processes = PoolProcesses.of(first)) {
      first.await("worker_ready", 1);
      Gate gate = Gate.in(directory);
      Path log = enqueue(redis, 1, gate);
      first.awaitBusy(1);
      kill(first);

      try (Daemon second = start(redis, "--min-workers=1")) {
        second.await("worker_adopted", 1);
        second.awaitBusy(1);
        second.signal("TERM");
        second.await("worker_draining", 1);
        assertThat(JobLog.read(log).runs()).isEmpty();

        gate.open();
        assertThat(second.exitCode(Duration.ofSeconds(60))).isZero();
      }

      assertThat(processes.all()).isEmpty();
      assertThat(JobLog.read(log).runs()).hasSize(1);

      try (Jedis jedis = redis.connect()) {
        assertThat(jedis.zcard("rq:finished:default")).isOne();
        assertThat(jedis.zcard("rq:failed:default")).isZero();
      }
    }
  }

  /** RQ takes a second signal as the order to drop the job. */
  @Test
  void aWorkerThatTheDeadDaemonHasAskedIsNotAskedAgain() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon first = start(redis, "--min-workers=1");
        PoolProcesses processes = PoolProcesses.of(first)) {
      first.await("worker_ready", 1);
      Gate gate = Gate.in(directory);
      Path log = enqueue(redis, 1, gate);
      first.awaitBusy(1);
      long asked = first.workerPids().get(0);
      first.signal("TERM");
      first.await("worker_draining", 1);
      kill(first);

      try (Daemon second = start(redis, "--min-workers=1")) {
        second.await("worker_adopted", 1);
        second.await("worker_ready", 1); // the asked one takes no further job
        second.signal("TERM");
        second.await("worker_draining", 1);
        second.await("worker_gone", 1);
        assertThat(PoolProcesses.isAlive(asked)).isTrue();

        gate.open();
        assertThat(second.exitCode(Duration.ofSeconds(60))).isZero();
        assertThat(second.events("worker_draining"))
            .noneMatch(event -> event.get("pid").getAsLong() == asked);
      }

      assertThat(processes.all()).isEmpty();
      assertThat(JobLog.read(log).runs()).hasSize(1);
    }
  }

  @Test
  void aRedisThatLostItsDataInBetweenChangesNothing() throws Exception {
    String[] options = {
      "--min-workers=1", "--max-workers=2", "--utilization-window=3", "--start-timeout=8s"
    };
    try (RedisServer redis = RedisServer.started();
        Daemon first = start(redis, "--min-workers=2", "--max-workers=2");
        PoolProcesses processes = PoolProcesses.of(first)) {
      Path log = enqueue(redis, 3, 3);
      first.await("worker_ready", 2);
      JobLog.awaitRuns(log, 3);
      List<Long> workers = first.workerPids();
      kill(first);
      try (Jedis jedis = redis.connect()) {
        jedis.flushAll();
      }

      // A worker whose record was lost is not seen for a while; that is no reason to kill it.
      try (Daemon second = start(redis, options)) {
        second.await("worker_adopted", workers.size());
        assertThat(adopted(second)).containsExactlyInAnyOrderElementsOf(workers);

        second.await("worker_draining", 1); // it is idle, so it is retired
        assertThat(second.messages("worker_draining")).allMatch(line -> line.startsWith("retire"));

        second.await("worker_gone", 1);
        second.await("measured", 10); // one a second: the start timeout is over
        assertThat(second.events("worker_started")).isEmpty();

        enqueue(redis, 2, 0);
        JobLog.awaitRuns(log, 5);
        assertThat(second.stop()).isZero();
      }

      assertThat(processes.all()).isEmpty();
    }
  }

  @Test
  void aPidThatBelongsToAnotherProcessByNowIsLeftAlone() throws Exception {
    Process stranger = new ProcessBuilder("sleep", "600").start();
    try (RedisServer redis = RedisServer.started();
        Daemon first = start(redis, "--min-workers=1");
        PoolProcesses processes = PoolProcesses.of(first)) {
      long worker = first.awaitFirstWorker();
      kill(first);
      Path state = stateFile(first);
      JsonObject content = JsonParser.parseString(Files.readString(state)).getAsJsonObject();
      JsonArray records = content.getAsJsonArray("workers");
      assertThat(records).hasSize(1);

      JsonObject forged = records.get(0).deepCopy().getAsJsonObject();
      forged.addProperty("pid", stranger.pid());
      records.add(forged);
      Files.writeString(state, content.toString());

      try (Daemon second = start(redis, "--min-workers=1")) {
        second.await("worker_ready", 1);
        assertThat(adopted(second)).containsExactly(worker);
        assertThat(second.stop()).isZero();
        assertThat(second.output()).doesNotContain("pid " + stranger.pid());
      }
      assertThat(stranger.isAlive()).isTrue();
      assertThat(processes.all()).isEmpty();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void withoutAReadableStateFileTheWorkersAreFoundByTheirMarkAndOnlyTheWorkers() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon first = start(redis, "--min-workers=2");
        PoolProcesses processes = PoolProcesses.of(first)) {
      first.await("worker_ready", 2);
      Gate gate = Gate.in(directory);
      Path log = enqueue(redis, 1, gate);
      JsonObject measured = first.awaitBusy(1);
      assertThat(measured.get("live").getAsInt()).isEqualTo(2);

      List<Long> workers = first.workerPids();
      Awaitility.await().until(() -> processes.all().size() >= 4); // a horse and a scheduler
      kill(first);
      Files.write(stateFile(first), new byte[] {'{', (byte) 0xff, 0, '"'});

      try (Daemon second = start(redis, "--min-workers=2")) {
        second.await("worker_adopted", 2);
        second.awaitBusy(1);
        assertThat(adopted(second)).containsExactlyInAnyOrderElementsOf(workers);
        assertThat(second.events("orphan_found")).isEmpty();
        assertThat(second.events("worker_started")).isEmpty();
        // The state file is valid again.
        kill(second);
        Files.delete(stateFile(second));
      }
      try (Daemon third = start(redis, "--min-workers=2")) {
        third.await("worker_adopted", 2);
        assertThat(adopted(third)).containsExactlyInAnyOrderElementsOf(workers);
        gate.open();
        assertThat(third.stop()).isZero();
        assertThat(third.events("worker_started")).isEmpty();
      }
      assertThat(processes.all()).isEmpty();
      assertThat(JobLog.read(log).runs()).hasSize(1);
    }
  }

  @Test
  void workersAreTakenOverThoughRedisIsAway() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon first = start(redis, "--min-workers=2");
        PoolProcesses processes = PoolProcesses.of(first)) {
      first.await("worker_ready", 2);
      List<Long> workers = first.workerPids();
      kill(first);
      redis.kill();
      Files.delete(stateFile(first));

      try (Daemon second = start(redis, "--min-workers=2")) {
        second.await("worker_adopted", 2);
        second.await("redis_away", 1);
        assertThat(adopted(second)).containsExactlyInAnyOrderElementsOf(workers);
        assertThat(second.stop()).isZero();
        assertThat(second.events("orphan_found")).isEmpty();
      }

      assertThat(processes.all()).isEmpty();
    }
  }

  /** A job on each of the queues. */
  private Path enqueue(RedisServer redis, String queue, Gate gate) throws Exception {
    Path log = directory.resolve(queue);
    assertThat(RqPython.run("enqueue.py", redis.url(), queue, log, 1, 0, gate, queue).waitFor())
        .isZero();
    return log;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--preload=rq"})
  void workersThatServeOtherQueuesThanTheNewDaemonAreReplacedAfterTheirJobs(String preload)
      throws Exception {
    String[] options =
        Stream.of("--min-workers=1", "--max-workers=1", preload)
            .filter(word -> !word.isEmpty())
            .toArray(String[]::new);
    try (RedisServer redis = RedisServer.started();
        Daemon first = start(redis, with(options, "a"));
        PoolProcesses processes = PoolProcesses.of(first)) {
      first.await("worker_ready", 1);
      Gate gate = Gate.in(directory);
      Path before = enqueue(redis, "a", gate);
      first.awaitBusy(1);
      long old = first.workerPids().get(0);
      kill(first);
      Path after = enqueue(redis, "b", gate);

      try (Daemon second = start(redis, with(options, "b"))) {
        JsonObject outdated = second.await("worker_outdated", 1);
        assertThat(outdated.get("pid").getAsLong()).isEqualTo(old);
        assertThat(outdated.get("message").getAsString())
            .contains("it serves queues a, the pool now serves b");

        second.await("worker_ready", 1);
        second.await("worker_draining", 1, event -> event.get("pid").getAsLong() == old);
        assertThat(PoolProcesses.isAlive(old)).as("at its job").isTrue();

        gate.open();
        second.await("worker_gone", 1, event -> event.get("pid").getAsLong() == old);
        second.await("restart_done", 1);
        JobLog.awaitRuns(after, 1);
        assertThat(second.stop()).isZero();
        assertThat(second.events("worker_outdated")).hasSize(1);
      }

      assertThat(JobLog.read(before).runs()).hasSize(1);
      assertThat(processes.all()).isEmpty();
    }
  }

  private static String[] with(String[] options, String... more) {
    return Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new);
  }

  /** The same options, written differently. */
  @ParameterizedTest
  @ValueSource(strings = {"", "--preload=rq"})
  void workersThatWouldBeStartedInTheSameWayAreKept(String preload) throws Exception {
    String[] options =
        Stream.of("--min-workers=2", "--max-workers=3", preload)
            .filter(word -> !word.isEmpty())
            .toArray(String[]::new);
    Path link = Files.createSymbolicLink(directory.resolve("link"), RqPython.JOBS.toAbsolutePath());
    Path python = Path.of(RqPython.path()).toAbsolutePath();
    Path venv = Files.createSymbolicLink(directory.resolve("venv"), python.getParent().getParent());

    try (RedisServer redis = RedisServer.started();
        Daemon first = start(redis, with(options, "a", "b"));
        PoolProcesses processes = PoolProcesses.of(first)) {
      first.await("worker_ready", 2);
      List<Long> workers = first.workerPids();
      kill(first);

      String[] same = {
        "--directory=" + link,
        "--python=" + venv.resolve("bin").resolve(python.getFileName()),
        "--name=" + pool,
        "--log-format=json",
        "--log-level=debug",
        "--scaling-period=1"
      };
      String[] shared = Daemon.poolOptions().toArray(String[]::new);
      String[] all = with(with(with(shared, options), same), "a", "b");

      try (Daemon second = Daemon.run(Map.of("RQ_REDIS_URL", redis.url()), all)) {
        second.await("worker_adopted", 2);
        second.await("worker_ready", 2);
        second.await("measured", 5);
        kill(second);
        Files.delete(stateFile(second));
      }

      try (Daemon third = start(redis, with(options, "a", "b"))) {
        third.await("worker_adopted", 2);
        third.await("worker_ready", 2);
        third.await("measured", 5);
        assertThat(adopted(third)).containsExactlyInAnyOrderElementsOf(workers);
        assertThat(third.events("worker_outdated")).isEmpty();
        assertThat(third.events("worker_started")).isEmpty();
        assertThat(third.stop()).isZero();
      }

      assertThat(processes.all()).isEmpty();
    }
  }

  @Test
  void whatADeadWorkerLeftBehindIsNoWorker() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon first = start(redis, "--min-workers=1");
        PoolProcesses processes = PoolProcesses.of(first)) {
      long worker = first.awaitFirstWorker();
      Gate gate = Gate.in(directory);
      Path log = enqueue(redis, 1, gate);
      long horse = processes.horseOf(worker);
      long scheduler = processes.schedulerOf(worker);
      String record;
      try (Jedis jedis = redis.connect()) {
        record = jedis.smembers("rq:workers").iterator().next();
      }
      kill(first);
      Signal.send("KILL", worker);

      try (Daemon second = start(redis, "--min-workers=1")) {
        second.await("orphan_found", 2);
        assertThat(second.events("orphan_found").map(event -> event.get("pid").getAsLong()))
            .containsExactlyInAnyOrder(horse, scheduler);

        gate.open();
        second.await("orphan_gone", 2);
        assertThat(second.events("worker_adopted")).isEmpty();
        assertThat(JobLog.read(log).runs()).as("the horse finished its job").hasSize(1);

        second.await("dead_worker_record_removed", 1);
        try (Jedis jedis = redis.connect()) {
          Awaitility.await().until(() -> !jedis.sismember("rq:workers", record));
          assertThat(jedis.exists(record)).isFalse();
        }
        second.await("worker_ready", 1);
        assertThat(second.stop()).isZero();
      }

      assertThat(processes.all()).isEmpty();
      assertThat(JobLog.read(log).runs()).hasSize(1);
    }
  }
}
