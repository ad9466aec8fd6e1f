package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Jedis;

/**
 * The daemon is started with closed standard streams: their numbers are then the JVM's own files,
 * which must not become the outputs of jobs.
 */
final class ClosedStreamsIT {

  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java") + " -jar target/rq-orchestrator.jar";
  private static final String LAUNCHER = "scripts/rq-orchestrator";

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "java, >&-",
    "java, 2>&-",
    "java, >&- 2>&-",
    "java, <&- >&-",
    "java, <&- 2>&-",
    "java, <&- >&- 2>&-",
    "java -Xlog:gc, <&- >&- 2>&-",
    "launcher, >&-",
    "launcher, 2>&-",
    "launcher, <&- >&- 2>&-"
  })
  void jobsThatPrintSucceed(String program, String closed) throws Exception {
    printingJobSucceeds(program, closed, List.of());
  }

  @ParameterizedTest
  @CsvSource({"java, >&-", "java, <&- >&- 2>&-", "launcher, <&- >&- 2>&-"})
  void jobsOfForkedWorkersSucceed(String program, String closed) throws Exception {
    printingJobSucceeds(program, closed, List.of("--preload=rq"));
  }

  private void printingJobSucceeds(String program, String closed, List<String> options)
      throws Exception {
    Path jar = Path.of("target", "rq-orchestrator.jar");
    byte[] before = Files.readAllBytes(jar);
    Path jvmLog = directory.resolve("gc.log");
    String command =
        switch (program) {
          case "java" -> JAVA;
          case "launcher" -> LAUNCHER;
          default -> JAVA.replace(" -jar", " -Xlog:gc:file=" + jvmLog + " -jar");
        };
    String name = Daemon.ownName();
    try (RedisServer redis = RedisServer.started()) {
      List<String> words =
          new ArrayList<>(List.of("sh", "-c", "exec " + command + " \"$@\" " + closed, "sh"));
      words.addAll(List.of("worker-pool", name, "--python=" + RqPython.path()));
      words.add("--directory=" + RqPython.JOBS);
      words.addAll(options);
      ProcessBuilder builder =
          new ProcessBuilder(words)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD);
      builder.environment().keySet().removeIf(key -> key.startsWith("RQ_"));
      builder.environment().put("RQ_REDIS_URL", redis.url());
      Process daemon = builder.start();
      try {
        Path log = directory.resolve("log");
        assertThat(
                RqPython.run(
                        "enqueue.py", redis.url(), "default", log, 1, 0, 0, "job", "work_aloud")
                    .waitFor())
            .isZero();

        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> !daemon.isAlive() || List.of("finished", "failed").contains(job(redis)));

        assertThat(job(redis)).isEqualTo("finished");
        assertThat(JobLog.read(log).timesRun()).containsEntry("job-0", 1L);
        daemon.destroy();
        assertThat(daemon.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(daemon.exitValue()).isZero();
        assertThat(Files.readAllBytes(jar)).isEqualTo(before);
        assertThat(Files.exists(jvmLog) ? Files.readString(jvmLog) : "")
            .doesNotContain("job-0")
            .doesNotContain("pool");
      } finally {
        List<ProcessHandle> descendants = daemon.descendants().toList();
        daemon.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        Daemon.forget(id(name.substring("--name=".length())));
      }
    }
  }

  private static String job(RedisServer redis) {
    try (Jedis jedis = redis.connect()) {
      return String.valueOf(jedis.hget("rq:job:job-0", "status"));
    }
  }

  /** The pool's id is made of its name. */
  private static String id(String name) throws NoSuchAlgorithmException {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 6);
  }
}
