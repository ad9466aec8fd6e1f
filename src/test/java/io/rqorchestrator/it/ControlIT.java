package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The commands of an operator for a running pool, and the socket behind them. */
final class ControlIT {

  private static final Pattern SOCKET = Pattern.compile("control socket (/[^\"]+\\.sock)");
  private static final Duration LONG = Duration.ofSeconds(60);

  private final String name = "it-" + UUID.randomUUID().toString().substring(0, 8);
  private RedisServer redis;

  @BeforeEach
  void startRedis() throws IOException {
    redis = RedisServer.started();
  }

  @AfterEach
  void stopRedis() throws IOException {
    redis.close();
  }

  private Daemon pool(String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("--name", name));
    all.addAll(List.of(options));
    Daemon daemon = Daemon.start(redis, all.toArray(new String[0]));
    daemon.await("worker_ready", 1);
    return daemon;
  }

  private Program.Result operator(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--name", name));
    return Program.run(all.toArray(new String[0]));
  }

  private JsonObject status() throws Exception {
    Program.Result result = operator("status", "--json");
    assertThat(result.exitCode()).as(result.err()).isZero();
    return JsonParser.parseString(result.out()).getAsJsonObject();
  }

  private static Path socket(Daemon daemon) {
    Matcher line = SOCKET.matcher(daemon.output());
    assertThat(line.find()).as(daemon.output()).isTrue();
    return Path.of(line.group(1));
  }

  private static void awaitLive(Daemon daemon, int workers) {
    Awaitility.await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(daemon.workerPids()).hasSize(workers));
  }

  private static String ask(SocketChannel channel, String line) throws IOException {
    ByteBuffer request = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    while (request.hasRemaining()) {
      channel.write(request);
    }
    ByteArrayOutputStream reply = new ByteArrayOutputStream();
    ByteBuffer chunk = ByteBuffer.allocate(1 << 16);
    while (channel.read(chunk.clear()) > 0) {
      reply.write(chunk.array(), 0, chunk.position());
      if (chunk.get(chunk.position() - 1) == '\n') {
        break;
      }
    }
    return reply.toString(StandardCharsets.UTF_8);
  }

  @Test
  void eachCommandDoesWhatItSays() throws Exception {
    try (Daemon daemon = pool("--min-workers=1", "--max-workers=4")) {
      assertThat(status().get("state").getAsString()).isEqualTo("running");
      assertThat(operator("status").out()).contains(name + "  running", "1 of 1..4");

      assertThat(operator("scale", "2").out())
          .isEqualTo("held at 2 (was 1); scale auto ends that\n");
      assertThat(operator("scale", "+1").out()).startsWith("held at 3 (was 2)");
      awaitLive(daemon, 3);
      assertThat(operator("scale", "-1").out()).startsWith("held at 2 (was 3)");
      awaitLive(daemon, 2);
      assertThat(status().getAsJsonObject("size").get("held_at").getAsInt()).isEqualTo(2);

      Program.Result refused = operator("scale", "9");
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err()).contains("size (9) must be within 1..4").hasLineCount(1);
      assertThat(operator("scale", "many").exitCode()).isEqualTo(2);

      assertThat(operator("scale", "auto").out()).startsWith("the size follows the load again");
      assertThat(operator("pause").out()).startsWith("paused at ");
      assertThat(status().get("state").getAsString()).isEqualTo("paused");
      assertThat(operator("resume").out()).startsWith("the size follows the load again");

      assertThat(operator("set", "max-workers=6", "utilization-threshold=0.7").out())
          .isEqualTo(
              "1..4 workers, utilization threshold 0.5 -> 1..6 workers, utilization threshold 0.7"
                  + " until the daemon ends\n");
      assertThat(status().getAsJsonObject("size").get("max").getAsInt()).isEqualTo(6);
      assertThat(operator("set", "min-workers=7").err())
          .contains("--min-workers (7) must not exceed --max-workers (6)");

      assertThat(operator("restart").out()).contains("replaced, one after the other");
      daemon.await("restart_done", 1);

      assertThat(Program.run("ps").out()).contains(name);
      assertThat(operator("history", "-n", "100").out())
          .contains("scale 2: held at 2", "rolling restart", "restart done");

      Program.Result json = operator("history", "--json", "-n", "3");
      assertThat(json.out().lines())
          .hasSize(3)
          .allSatisfy(
              line ->
                  assertThat(JsonParser.parseString(line).getAsJsonObject().has("text")).isTrue());

      assertThat(operator("drain").out()).startsWith("the pool stops; ");
      assertThat(daemon.exitCode(LONG)).isZero();
      Program.Result gone = operator("status");
      assertThat(gone.exitCode()).isEqualTo(1);
      assertThat(gone.err()).hasLineCount(1);
    }
  }

  /** Each daemon stays open until the last one has ended: close() removes the pool's files. */
  @Test
  void aSizeOverrideSurvivesTheDaemon() throws Exception {
    try (Daemon daemon = pool("--min-workers=1", "--max-workers=4")) {
      assertThat(operator("scale", "2").exitCode()).isZero();
      awaitLive(daemon, 2);
      assertThat(daemon.stop()).isZero();

      try (Daemon next = pool("--min-workers=1", "--max-workers=4")) {
        next.await("size_override_recalled", 1);
        awaitLive(next, 2);
        assertThat(operator("scale", "auto").exitCode()).isZero();
        assertThat(next.stop()).isZero();

        try (Daemon last = pool("--min-workers=1", "--max-workers=4")) {
          assertThat(last.events("size_override_recalled")).isEmpty();
          assertThat(last.stop()).isZero();
        }
      }
    }
  }

  @Test
  @Tag("alone")
  void answersAtOnceWhileRedisHangs() throws Exception {
    try (Daemon daemon = pool("--min-workers=1")) {
      redis.hang();
      daemon.await("redis_away", 1);
      Awaitility.await()
          .until(() -> status().get("state").getAsString().equals("waiting_for_redis"));

      List<Double> times = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        long begun = System.nanoTime();
        try (SocketChannel channel =
            SocketChannel.open(UnixDomainSocketAddress.of(socket(daemon)))) {
          String reply = ask(channel, "{\"version\":1,\"do\":\"status\"}");
          times.add((System.nanoTime() - begun) / 1e6);
          assertThat(reply).contains("\"state\":\"waiting_for_redis\"");
        }
      }

      Collections.sort(times);
      System.out.printf(
          "status while Redis hangs: median %.1f ms, worst of 20 %.1f ms%n",
          times.get(10), times.get(19));
      assertThat(times.get(10)).as("median of %s", times).isLessThan(100);
      assertThat(operator("pause").out()).startsWith("paused at 1");

      redis.resume();
      assertThat(operator("drain").exitCode()).isZero();
      assertThat(daemon.exitCode(LONG)).isZero();
    }
  }

  @Test
  void malformedRequestsDoNoHarm() throws Exception {
    try (Daemon daemon = pool("--min-workers=1")) {
      Path socket = socket(daemon);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-------");

      try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
        assertThat(ask(channel, "please")).contains("\"ok\":false").contains("must be");
        assertThat(ask(channel, "{\"version\":99,\"do\":\"status\"}")).contains("version (99)");
        assertThat(ask(channel, "x".repeat(1 << 20))).contains("at most 16 KB");
      } catch (IOException e) {
        // It may hang up before all of a megabyte is written.
        assertThat(e).hasMessageMatching("Broken pipe|Connection reset.*");
      }

      assertThat(status().get("state").getAsString()).isEqualTo("running");
      assertThat(daemon.stop()).isZero();
      assertThat(Files.exists(socket)).as("goes with the daemon").isFalse();
    }
  }

  @Test
  void theNextDaemonReplacesTheSocketOfAKilledOne() throws Exception {
    Path socket;
    try (Daemon daemon = pool("--min-workers=1")) {
      socket = socket(daemon);
      daemon.signal("KILL");
      assertThat(daemon.exitCode(LONG)).isEqualTo(137);
      assertThat(Files.exists(socket)).isTrue();
      assertThat(operator("status").exitCode()).isEqualTo(1);

      try (Daemon next = Daemon.start(redis, "--name", name)) {
        next.await("worker_adopted", 1);
        Awaitility.await()
            .atMost(LONG)
            .untilAsserted(() -> assertThat(operator("status").exitCode()).isZero());
        assertThat(socket(next)).isEqualTo(socket);
        assertThat(next.stop()).isZero();
      }
    }
  }

  @Test
  void aWorkerOfSomebodyElseIsShownAndLeftAlone() throws Exception {
    try (Daemon daemon = pool("--min-workers=1")) {
      Process foreigner =
          new ProcessBuilder(
                  RqPython.path(), "-m", "rq.cli", "worker", "--url", redis.url(), "default")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        daemon.await("foreign_workers_seen", 1);
        JsonObject status = status();
        assertThat(status.getAsJsonArray("foreign")).hasSize(1);
        assertThat(status.getAsJsonObject("size").get("live").getAsInt()).isEqualTo(1);
        assertThat(daemon.stop()).isZero();
        assertThat(foreigner.isAlive()).isTrue();
      } finally {
        foreigner.destroyForcibly().waitFor();
      }
    }
  }
}
