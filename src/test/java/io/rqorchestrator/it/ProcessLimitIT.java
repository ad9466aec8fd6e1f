package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/**
 * A user's limit of processes is reached. The kernel holds root to none, so root takes the place of
 * a user who has nothing else running, and who may read everything, as the tests' Python may be in
 * root's home.
 */
@Execution(ExecutionMode.SAME_THREAD) // they are the same user
final class ProcessLimitIT {

  private static final int USER = 65_532;
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path directory;

  private final List<Process> greedy = new ArrayList<>();

  @BeforeEach
  void publish() throws IOException {
    assumeTrue(System.getProperty("user.name").equals("root"), "only root can be somebody else");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  @AfterEach
  void endTheGreedy() throws Exception {
    for (Process each : greedy) {
      each.destroyForcibly().waitFor();
    }
    Path pools = Path.of("/tmp", "rq-orchestrator-" + USER);
    if (Files.exists(pools)) {
      try (Stream<Path> files = Files.list(pools)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(pools);
    }
  }

  private static List<String> withLimit(int processes) {
    return List.of(
        "setpriv",
        "--reuid=" + USER,
        "--regid=" + USER,
        "--clear-groups",
        "--inh-caps=+dac_override",
        "--ambient-caps=+dac_override",
        "prlimit",
        "--nproc=" + processes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--preload=", "--preload=rq"})
  void workersDoNotTakeTheLastPlacesAndAStopEndsThemWithTheirJobsDone(String preload)
      throws Exception {
    List<String> options = new ArrayList<>(List.of("--min-workers=60", "--max-workers=60"));
    if (!preload.endsWith("=")) {
      options.add(preload);
    }

    try (RedisServer redis = RedisServer.started();
        Daemon daemon = Daemon.startBy(withLimit(100), redis, options.toArray(String[]::new))) {
      Gate gate = Gate.in(directory);
      Path log = directory.resolve("log");
      enqueue(redis, log, 100, gate);

      daemon.await("degraded", 1);
      Awaitility.await().atMost(SOON).until(() -> started(redis) > 4);
      Thread.sleep(6000); // it tries again meanwhile
      long begun = started(redis);
      daemon.signal("TERM");
      daemon.await("worker_draining", 1);
      gate.open();

      assertThat(daemon.exitCode(SOON)).isZero();
      assertThat(daemon.messages("degraded"))
          .singleElement()
          .asString()
          .contains("workers are held back: ")
          .contains(" of 100 processes are left to user " + USER);
      assertThat(daemon.output()).doesNotContain("OutOfMemoryError").doesNotContain("Traceback");

      JobLog jobs = JobLog.read(log);
      assertThat(jobs.timesRun().values()).allMatch(times -> times == 1);
      assertThat(jobs.runs().size() + waiting(redis)).isEqualTo(100);
      assertThat((long) jobs.runs().size()).isGreaterThanOrEqualTo(begun);
      assertThat(started(redis)).isZero();
    }
  }

  /** Takes every free place at once, including those that ending threads free. */
  @Test
  void aStopIsHeardThoughOthersOfTheUserHaveTakenAllPlaces() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = Daemon.startBy(withLimit(120), redis, "--min-workers=2")) {
      Gate gate = Gate.in(directory);
      Path log = directory.resolve("log");
      enqueue(redis, log, 2, gate);
      Awaitility.await().atMost(SOON).until(() -> started(redis) == 2);

      takeAllPlaces();
      daemon.signal("TERM");
      daemon.await("worker_draining", 2);
      gate.open();

      assertThat(daemon.exitCode(SOON)).isZero();
      assertThat(JobLog.read(log).timesRun()).hasSize(2).containsValue(1L);
      assertThat(started(redis)).isZero();
    }
  }

  private void takeAllPlaces() throws IOException {
    Path full = directory.resolve("full");
    List<String> words = new ArrayList<>(withLimit(120));
    words.addAll(
        List.of(
            RqPython.path(), RqPython.JOBS.resolve("take_threads.py").toString(), full.toString()));
    greedy.add(new ProcessBuilder(words).inheritIO().start());
    Awaitility.await().atMost(SOON).until(() -> Files.exists(full));
  }

  private static void enqueue(RedisServer redis, Path log, int jobs, Gate gate) throws Exception {
    RqPython.enqueue(redis, log, jobs, gate);
    if (!Files.exists(log)) {
      Files.createFile(log);
    }
    Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-rw-rw-"));
  }

  private static long started(RedisServer redis) {
    try (Jedis jedis = redis.connect()) {
      return jedis.zcard("rq:wip:default");
    }
  }

  private static long waiting(RedisServer redis) {
    try (Jedis jedis = redis.connect()) {
      return jedis.llen("rq:queue:default");
    }
  }
}
