package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A pool of a user who is not root, and who may ask it. Whoever runs the tests is that user, except
 * root, who takes the place of others.
 */
@Execution(ExecutionMode.SAME_THREAD) // their pools are in one directory, which is removed
final class OtherUserIT {

  private static final boolean IS_ROOT = System.getProperty("user.name").equals("root");
  private static final int OWNER = 65_534;
  private static final int STRANGER = 65_533;

  private final String name = "other-" + UUID.randomUUID();

  /** Where everybody can read the program. */
  private Path directory;

  /** Where the owner's pools have their files. */
  private final Path pools = Path.of("/tmp", "rq-orchestrator-" + OWNER);

  private final boolean hadPools = Files.exists(pools);

  @BeforeEach
  void publish() throws IOException {
    directory = Files.createTempDirectory("other-user");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path jar = Files.copy(Path.of("target", "rq-orchestrator.jar"), directory.resolve("rq.jar"));
    Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-r--r--"));
  }

  @AfterEach
  void remove() throws IOException {
    Files.delete(directory.resolve("rq.jar"));
    Files.delete(directory);
    if (Files.exists(pools) && !hadPools) {
      try (Stream<Path> files = Files.list(pools)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(pools);
    }
  }

  private ProcessBuilder as(int user, String... words) {
    List<String> command = new ArrayList<>();
    if (user != 0) {
      command.addAll(List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups"));
    }
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    command.addAll(List.of(java, "-XX:TieredStopAtLevel=1", "-jar", "rq.jar"));
    command.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(key -> key.startsWith("RQ_"));
    builder.environment().put("HOME", directory.toString());
    return builder;
  }

  private record Said(int exitCode, String text) {}

  private Said run(int user, String... words) throws IOException, InterruptedException {
    return said(as(user, words));
  }

  /** Root would adopt and fight; another user would double the pool. */
  @Test
  void nobodyElseMayRunItBesideItsOwner() throws Exception {
    assumeTrue(IS_ROOT, "only root can be somebody else");
    try (RedisServer redis = RedisServer.started()) {
      Process daemon = pool(OWNER, redis).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      try {
        awaitThatItsOwnerMayAskIt();
        assertThat(said(pool(0, redis)))
            .returns(75, Said::exitCode)
            .extracting(Said::text)
            .asString()
            .hasLineCount(1)
            .contains("already run by pid " + daemon.pid() + " of user ");
        assertThat(said(pool(STRANGER, redis)))
            .returns(75, Said::exitCode)
            .extracting(Said::text)
            .asString()
            .contains("already run by user ");
      } finally {
        daemon.destroy();
        assertThat(daemon.waitFor(30, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  private ProcessBuilder pool(int user, RedisServer redis) {
    ProcessBuilder pool =
        as(
            user,
            "worker-pool",
            "--name=" + name,
            "--start-timeout=3s", // it never registers, and a drain waits for that
            "--worker-command=sleep 600",
            "default");
    pool.environment().put("RQ_REDIS_URL", redis.url());
    return pool;
  }

  private void awaitThatItsOwnerMayAskIt() {
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () -> assertThat(run(OWNER, "status", "--name=" + name).exitCode()).isZero());
  }

  private static Said said(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(process.waitFor(), text);
  }

  @Test
  void itsOwnerAndRootMayAskItAndNobodyElse() throws Exception {
    assumeTrue(IS_ROOT, "only root can be somebody else");
    try (RedisServer redis = RedisServer.started()) {
      Process daemon = pool(OWNER, redis).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      try {
        awaitThatItsOwnerMayAskIt();
        assertThat(run(0, "status", "--name=" + name).text()).contains(name);
        assertThat(run(0, "ps").text()).contains(name);
        assertThat(run(STRANGER, "status", "--name=" + name))
            .returns(1, Said::exitCode)
            .extracting(Said::text)
            .asString()
            .hasLineCount(1)
            .contains("no pool");

        assertThat(run(OWNER, "drain", "--name=" + name).exitCode()).isZero();
        assertThat(daemon.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(daemon.exitValue()).isZero();
      } finally {
        daemon.destroyForcibly();
      }
    }
  }
}
