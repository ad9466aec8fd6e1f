package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** What the daemon says and does when its environment is not what it needs. */
@Tag("short")
final class StartIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void withoutSuchAPythonItEndsWithOneClearLine() throws Exception {
    try (Daemon daemon = Daemon.run(Map.of(), "--python=/no/such/python")) {
      assertThat(daemon.exitCode(SOON)).isEqualTo(1);
      assertThat(daemon.output())
          .hasLineCount(1)
          .contains("--python (/no/such/python) cannot be run in ");
    }
  }

  @Test
  void withoutRqInThatPythonItEndsWithOneClearLine() throws Exception {
    Path bare = directory.resolve("bare");
    assertThat(
            new ProcessBuilder(RqPython.path(), "-m", "venv", "--without-pip", bare.toString())
                .inheritIO()
                .start()
                .waitFor())
        .isZero();

    try (RedisServer redis = RedisServer.started();
        Daemon daemon =
            Daemon.run(
                Map.of("RQ_REDIS_URL", redis.url(), "PYTHONPATH", talkative().toString()),
                "--python=" + bare.resolve("bin/python"),
                Daemon.ownName())) {
      assertThat(daemon.exitCode(SOON)).isEqualTo(1);
      assertThat(daemon.output().lines().toList())
          .last()
          .asString()
          .contains("has no module rq: install it there with pip install rq");
      assertThat(daemon.output()).doesNotContain("start w1");
    }
  }

  /** A site that greets everybody, as some do. */
  private Path talkative() throws IOException {
    Path site = Files.createDirectories(directory.resolve("site"));
    Files.writeString(
        site.resolve("sitecustomize.py"),
        """
        import atexit, sys
        print("welcome")
        print("DeprecationWarning: soon gone", file=sys.stderr)
        atexit.register(print, "goodbye")
        """);
    return site;
  }

  @Test
  void aPythonThatAlsoSaysOtherThingsIsTaken() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon =
            Daemon.run(
                Map.of("RQ_REDIS_URL", redis.url(), "PYTHONPATH", talkative().toString()),
                "--python=" + RqPython.path(),
                "--log-format=json",
                Daemon.ownName())) {
      daemon.await("worker_ready", 1);
      assertThat(daemon.stop()).isZero();
    }
  }

  @Test
  void whileAPythonHangsItStopsAsAsked() throws Exception {
    Path python = Files.writeString(directory.resolve("python"), "#!/bin/sh\nexec sleep 100\n");
    Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwx------"));

    try (Daemon daemon =
        Daemon.run(Map.of(), "--python=" + python, "--log-format=json", Daemon.ownName())) {
      daemon.await("pool_started", 1);
      assertThat(daemon.stop()).isZero();
      assertThat(daemon.output())
          .doesNotContain("worker_started")
          .doesNotContain("does not answer");
    }
  }

  @Test
  void aWrongPasswordEndsItAndIsNotShown() throws Exception {
    try (RedisServer redis = RedisServer.withPassword("right-secret");
        Daemon daemon =
            Daemon.run(
                Map.of("RQ_REDIS_URL", redis.url().replace("right-secret", "wrong-secret")),
                "--log-level=warn",
                "--python=" + RqPython.path(),
                Daemon.ownName())) {
      assertThat(daemon.exitCode(SOON)).isEqualTo(1);
      assertThat(daemon.output())
          .contains("rq-orchestrator worker-pool: Redis at ")
          .contains("refuses us: ")
          .contains("check user and password")
          .doesNotContain("waiting for Redis")
          .doesNotContain("secret")
          .doesNotContain("start w1");
    }
  }

  @Test
  void aDatabaseThatIsNotThereEndsIt() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon =
            Daemon.run(
                Map.of("RQ_REDIS_URL", redis.url().replaceFirst("/0$", "/99")),
                "--python=" + RqPython.path(),
                Daemon.ownName())) {
      assertThat(daemon.exitCode(SOON)).isEqualTo(1);
      assertThat(daemon.output())
          .contains(
              "DB index is out of range; name a database that it has at the end of --redis-url")
          .doesNotContain("waiting for Redis")
          .doesNotContain("start w1");
    }
  }

  @Test
  void aPasswordAppearsNowhere() throws Exception {
    try (RedisServer redis = RedisServer.withPassword("s3cret-w0rd");
        Daemon daemon = Daemon.start(redis, "--min-workers=2")) {
      daemon.await("worker_ready", 2);
      for (long pid : daemon.workerPids()) {
        assertThat(Files.readString(Path.of("/proc", "" + pid, "cmdline")))
            .doesNotContain("s3cret");
      }
      assertThat(Files.readString(Path.of("/proc", "" + daemon.pid(), "cmdline")))
          .doesNotContain("s3cret");
      assertThat(daemon.stop()).isZero();
      assertThat(daemon.output()).doesNotContain("s3cret");
    }

    try (Daemon dry =
        Daemon.run(
            Map.of("RQ_REDIS_URL", "redis://me:s3cret-w0rd@localhost:6379/3"), "--dry-run")) {
      assertThat(dry.exitCode(SOON)).isZero();
      assertThat(dry.output()).contains("redis://localhost:6379/3").doesNotContain("s3cret");
    }
  }

  @Test
  void aPasswordOnTheCommandLineIsWarnedOf() throws Exception {
    try (RedisServer redis = RedisServer.withPassword("s3cret-w0rd");
        Daemon daemon = Daemon.start(redis, "-u", redis.url())) {
      daemon.await("worker_ready", 1);
      assertThat(daemon.output()).contains("put the URL into RQ_REDIS_URL instead");
      assertThat(daemon.output()).doesNotContain("s3cret");
      assertThat(daemon.stop()).isZero();
    }
  }

  /** A port that nobody listens on, nor will while this holds it. */
  private static Socket bound() throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return socket;
  }

  @Test
  void aRedisThatIsNotThereYetIsWaitedForAndSaidOnce() throws Exception {
    try (Socket unheard = bound();
        Daemon daemon =
            Daemon.run(
                Map.of("RQ_REDIS_URL", "redis://127.0.0.1:" + unheard.getLocalPort()),
                "--python=" + RqPython.path(),
                "--log-format=json",
                Daemon.ownName())) {
      daemon.await("redis_away", 1);
      Thread.sleep(3000);

      assertThat(daemon.messages("redis_away"))
          .singleElement()
          .asString()
          .contains("connection to 127.0.0.1:" + unheard.getLocalPort() + " refused");
      assertThat(daemon.events("worker_started")).isEmpty();
      assertThat(daemon.stop()).isZero();
    }
  }

  @Test
  void aSecondDaemonOfThePoolIsRefusedWithThePidOfTheFirst() throws Exception {
    String name = Daemon.ownName();
    try (RedisServer redis = RedisServer.started();
        Daemon first = Daemon.start(redis, name)) {
      first.await("worker_ready", 1);

      try (Daemon second = Daemon.start(redis, name)) {
        assertThat(second.exitCode(SOON)).isEqualTo(75);
        assertThat(second.output()).contains("already run by pid " + first.pid());
      }

      assertThat(first.stop()).isZero();
    }
  }

  /** As a service manager does that is restarted itself while a long job runs. */
  @Test
  void aSecondDaemonWaitsForOneThatIsBeingStopped() throws Exception {
    String name = Daemon.ownName();
    try (RedisServer redis = RedisServer.started();
        Daemon first = Daemon.start(redis, name)) {
      Gate gate = stopsDuringAJob(redis, first);

      try (Daemon second = Daemon.start(redis, name);
          Daemon third = Daemon.start(redis, name)) {
        awaitWord(second, "is still being stopped by pid " + first.pid());
        awaitWord(third, "is still being stopped by pid " + first.pid());
        assertThat(third.stop()).isZero();
        gate.open();
        second.await("worker_ready", 1);
        assertThat(second.output()).contains("the former daemon has ended");
        assertThat(second.stop()).isZero();
      }

      assertThat(first.exitCode(SOON)).isZero();
    }
  }

  @Test
  void aSecondDaemonDoesNotWaitForEver() throws Exception {
    String name = Daemon.ownName();
    try (RedisServer redis = RedisServer.started();
        Daemon first = Daemon.start(redis, name)) {
      Gate gate = stopsDuringAJob(redis, first);

      try (Daemon second = Daemon.start(redis, name, "--handover-timeout=1s")) {
        assertThat(second.exitCode(SOON)).isEqualTo(75);
        assertThat(second.output()).contains("after 1s, see --handover-timeout");
      }

      gate.open();
      assertThat(first.exitCode(SOON)).isZero();
    }
  }

  private static void awaitJob(RedisServer redis) {
    try (Jedis jedis = redis.connect()) {
      Awaitility.await().until(() -> "started".equals(jedis.hget("rq:job:job-0", "status")));
    }
  }

  /** Asks a daemon to stop, which waits for a job; the job ends when the gate opens. */
  private Gate stopsDuringAJob(RedisServer redis, Daemon daemon) throws Exception {
    Gate gate = Gate.in(directory);
    daemon.await("worker_ready", 1);
    RqPython.enqueue(redis, directory.resolve("jobs"), 1, gate);
    awaitJob(redis);
    daemon.signal("TERM");
    daemon.await("worker_draining", 1);
    return gate;
  }

  private static void awaitWord(Daemon daemon, String words) {
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(daemon.output()).contains(words));
  }

  @Test
  void whereTheHelperFilesCannotBeItEndsWithOneClearLine() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    try (RedisServer redis = RedisServer.started();
        Daemon daemon =
            Daemon.run(
                Map.of("RQ_REDIS_URL", redis.url()),
                "--python=" + RqPython.path(),
                "--runtime-dir=" + file.resolve("x"),
                Daemon.ownName())) {
      assertThat(daemon.exitCode(SOON)).isEqualTo(1);
      assertThat(daemon.output())
          .hasLineCount(1)
          .contains("--runtime-dir (" + file.resolve("x") + ") cannot hold");
    }
  }

  @Test
  void theHelperFilesAreTheUsersAlone() throws Exception {
    Path run = directory.resolve("run");
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = Daemon.start(redis, "--runtime-dir=" + run)) {
      daemon.await("worker_ready", 1);
      assertThat(Files.getAttribute(run, "unix:mode").toString()).isEqualTo("" + 040700);

      try (Stream<Path> files = Files.list(run)) {
        assertThat(files.toList())
            .isNotEmpty()
            .allSatisfy(
                file ->
                    assertThat(Files.getAttribute(file, "unix:mode").toString())
                        .isEqualTo("" + 0100600));
      }
      assertThat(daemon.stop()).isZero();
    }
  }
}
