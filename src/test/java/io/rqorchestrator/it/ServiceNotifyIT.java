package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What systemd-notify sends to a socket of the same kind as systemd's. */
@Timeout(180)
final class ServiceNotifyIT {

  @TempDir Path directory;

  private final List<String> heard = new CopyOnWriteArrayList<>();

  private Process listener(Path socket) throws IOException {
    Process process =
        new ProcessBuilder(
                RqPython.path(),
                RqPython.JOBS.resolve("notify_socket.py").toString(),
                socket.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader lines = process.inputReader()) {
                lines.lines().forEach(heard::add);
              } catch (IOException e) {
                heard.add("(ends: " + e + ")");
              }
            });
    reader.setDaemon(true);
    reader.start();
    Awaitility.await().until(() -> heard.contains("bound"));
    return process;
  }

  private long times(String word) {
    return heard.stream().filter(line -> line.endsWith(" " + word)).count();
  }

  private void awaitWord(String word, int count) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(times(word)).as("%s", heard).isGreaterThanOrEqualTo(count));
  }

  @Test
  void readyThenAliveThenStopping() throws Exception {
    Path socket = directory.resolve("notify");
    Process listener = listener(socket);
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, socket)) {
      awaitWord("READY=1", 1);
      awaitWord("WATCHDOG=1", 4);
      daemon.await("worker_ready", 1);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(heard)
                      .anySatisfy(line -> assertThat(line).contains("STATUS=running: 1 of 1..8")));

      // A loop that stands still sends no beat, so the watchdog fires.
      daemon.signal("STOP");
      long before = times("WATCHDOG=1");
      Thread.sleep(3000);
      assertThat(times("WATCHDOG=1")).isLessThanOrEqualTo(before + 1);
      daemon.signal("CONT");
      awaitWord("WATCHDOG=1", (int) before + 2);

      assertThat(daemon.stop()).isZero();
      awaitWord("STOPPING=1", 1);
      // Twice if systemd-notify failed after it was heard, but not with each message.
      assertThat(times("READY=1")).isBetween(1L, 2L);
    } finally {
      listener.destroy();
      listener.waitFor();
    }
  }

  @Test
  void isReadyAlsoWhileRedisIsAway() throws Exception {
    Path socket = directory.resolve("notify");
    Process listener = listener(socket);
    try (RedisServer redis = RedisServer.started()) {
      redis.kill();
      try (Daemon daemon = start(redis, socket)) {
        awaitWord("READY=1", 1);
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(
                () ->
                    assertThat(heard)
                        .anySatisfy(
                            line -> assertThat(line).contains("STATUS=waiting for Redis: 0 of")));
        assertThat(daemon.stop()).isZero();
      }
    } finally {
      listener.destroy();
      listener.waitFor();
    }
  }

  private static Daemon start(RedisServer redis, Path socket) throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("RQ_REDIS_URL", redis.url());
    environment.put("NOTIFY_SOCKET", socket.toString());
    environment.put("WATCHDOG_USEC", "2000000");
    return Daemon.run(
        environment,
        "--python",
        RqPython.path(),
        "--directory",
        RqPython.JOBS.toString(),
        "--log-format",
        "json",
        "--log-level",
        "debug");
  }
}
