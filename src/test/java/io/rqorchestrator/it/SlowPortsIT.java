package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/**
 * Nobody reads the log, and the disk hangs: both are pipes that are full. Whatever file is written
 * after the history is not written either.
 */
final class SlowPortsIT {

  private static final int PIPE_BYTES = 1 << 16;
  private static final Path JAR = Path.of("target", "rq-orchestrator.jar").toAbsolutePath();

  private final String name = "it-" + UUID.randomUUID();

  /** Only what lies there may be a pipe. */
  private final Path history = Path.of("/dev/shm", name);

  private final List<AutoCloseable> open = new ArrayList<>();

  @TempDir private Path directory;

  private Path log;

  @BeforeEach
  void nobodyReads() throws Exception {
    log = directory.resolve("log");
    fill(log);
    fill(history);
  }

  private void fill(Path pipe) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("mkfifo", "-m", "600", pipe.toString()).start().waitFor())
        .isZero();
    RandomAccessFile end = new RandomAccessFile(pipe.toFile(), "rw");
    open.add(end);
    end.write(new byte[PIPE_BYTES]);
  }

  @AfterEach
  void isOver() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    Files.deleteIfExists(history);
  }

  private Process start(RedisServer redis, String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "setsid",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                JAR.toString(),
                "worker-pool",
                "--name=" + name,
                "--python=" + RqPython.path(),
                "--directory=" + RqPython.JOBS,
                "--history-file=" + history));
    command.addAll(List.of(options));
    command.addAll(List.of("--", "--quiet"));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(directory.resolve("out").toFile())
            .redirectError(log.toFile());
    builder.environment().keySet().removeIf(variable -> variable.startsWith("RQ_"));
    builder.environment().put("RQ_REDIS_URL", redis.url());
    Process daemon = builder.start();
    open.add(0, () -> end(daemon));
    return daemon;
  }

  private static void end(Process daemon) {
    List<ProcessHandle> descendants = daemon.descendants().toList();
    daemon.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }

  private JsonObject status() throws Exception {
    Program.Result result = Program.run("status", "--json", "--name=" + name);
    return result.exitCode() == 0
        ? JsonParser.parseString(result.out()).getAsJsonObject()
        : new JsonObject();
  }

  private List<Long> awaitWorkers(int count, String activity) {
    List<Long> pids = new ArrayList<>();
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .until(
            () -> {
              pids.clear();
              JsonObject status = status();
              if (status.has("workers")) {
                for (JsonElement row : status.getAsJsonArray("workers")) {
                  JsonObject worker = row.getAsJsonObject();
                  if (worker.get("activity").getAsString().equals(activity)) {
                    pids.add(worker.get("pid").getAsLong());
                  }
                }
              }
              return pids.size() == count;
            });
    return pids;
  }

  @Test
  void thePoolWorksOnIsShownAsItIsAndEndsInTime() throws Exception {
    try (RedisServer redis = RedisServer.started()) {
      Process daemon = start(redis, "--min-workers=2");
      List<Long> before = awaitWorkers(2, "idle");
      Signal.send("KILL", before.get(0));
      Awaitility.await().until(() -> !ProcessHandle.of(before.get(0)).isPresent());
      assertThat(awaitWorkers(2, "idle")).doesNotContain(before.get(0)).contains(before.get(1));

      Instant asked = Instant.now();
      JsonObject status = status();
      assertThat(Instant.parse(status.get("at").getAsString()))
          .isAfter(asked.minus(Duration.ofSeconds(3)));
      assertThat(status.getAsJsonObject("loop").get("longest_turn").getAsDouble()).isLessThan(2);

      Signal.send("TERM", daemon.pid());
      assertThat(daemon.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(daemon.exitValue()).isZero();
    }
  }

  /**
   * The four workers have their four seconds at the same time. The workers' log is full as well, so
   * that their cold stops hang too and the daemon kills them, which takes some ten seconds more.
   * One worker after the other would take four times as long.
   */
  @Test
  void allWorkersAreAskedAtOnceAndHaveTheirTime() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Jedis jedis = redis.connect()) {
      Process daemon = start(redis, "--min-workers=4", "--max-workers=4", "--drain-timeout=4");
      awaitWorkers(4, "idle");
      assertThat(
              RqPython.run(
                      "enqueue.py", redis.url(), "default", directory.resolve("jobs"), 4, 0, 60)
                  .waitFor())
          .isZero();
      awaitWorkers(4, "busy");
      long begun = System.nanoTime();
      Signal.send("TERM", daemon.pid());
      Awaitility.await()
          .atMost(Duration.ofSeconds(3))
          .pollInterval(Duration.ofMillis(50))
          .until(
              () ->
                  jedis.keys("rq:orchestrator:worker:*").stream()
                      .allMatch(key -> "1".equals(jedis.hget(key, "stopping"))));

      assertThat(daemon.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(daemon.exitValue()).as("jobs were ended").isEqualTo(1);
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .isGreaterThan(Duration.ofSeconds(4))
          .isLessThan(Duration.ofSeconds(24));
    }
  }
}
