package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.browser.Browser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** A running pool over HTTP. */
final class WebIT {

  private static final Predicate<String> HOLDS =
      Pattern.compile("rq_orchestrator_decisions_total\\{kind=\"hold\",reason=\"[a-z_]+\"} .*")
          .asMatchPredicate();

  private static final Pattern URL =
      Pattern.compile("dashboard and metrics at http://127\\.0\\.0\\.1:(\\d+)/");

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir Path directory;

  private static InetSocketAddress address(Daemon daemon) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> URL.matcher(daemon.output()).find() || !daemon.isAlive());
    Matcher url = URL.matcher(daemon.output());
    assertThat(url.find()).as(daemon.output()).isTrue();
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(url.group(1)));
  }

  private HttpResponse<String> get(InetSocketAddress server, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + server.getPort() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  private void awaitLine(InetSocketAddress server, String path, String line) {
    awaitLine(server, path, line::equals);
  }

  private void awaitLine(InetSocketAddress server, String path, Predicate<String> line) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> get(server, path).body().lines().anyMatch(line));
  }

  @Test
  void theDashboardFollowsAPoolThatGrowsAndSaysWhy() throws Exception {
    try (TestRedis redis = TestRedis.started();
        Daemon daemon =
            Daemon.start(
                redis,
                "--min-workers=1",
                "--max-workers=3",
                "--scaling-period=1",
                "--utilization-window=3",
                "--http=0");
        Browser browser = Browser.at(address(daemon))) {
      daemon.await("worker_ready", 1);
      browser.await("#t-workers", "1"::equals);
      browser.await("#state", "running"::equals);

      Process load =
          RqPython.run("enqueue.py", redis.url(), "default", directory.resolve("log"), 40, 4, 0.7);
      browser.await("#t-workers", text -> text.equals("2") || text.equals("3"));
      browser.await("#history .grow .text", text -> text.startsWith("grow 1 -> 2: utilization "));
      browser.await("#workers tr", row -> row.startsWith("w2"));
      browser.await(".marker.grow", "▲"::equals);
      browser.element(".marker[tabindex='0']").sendKeys(Keys.HOME);
      browser.await("#tip", text -> text.contains("grow 1 -> 2: utilization "));
      assertThat(browser.errors()).isEmpty();

      assertThat(load.waitFor()).isZero();
      assertThat(daemon.stop()).isZero();
      browser.await("#lost", text -> text.contains("connection to the daemon is gone"));
    }
  }

  @Test
  void prometheusAcceptsTheMetricsOfAPoolAtWork() throws Exception {
    try (TestRedis redis = TestRedis.started();
        Daemon daemon = Daemon.start(redis, "--min-workers=1", "--max-workers=1", "--http=0")) {
      InetSocketAddress server = address(daemon);
      daemon.await("worker_ready", 1);
      Process load =
          RqPython.run("enqueue.py", redis.url(), "default", directory.resolve("log"), 5, 5, 0.1);
      assertThat(load.waitFor()).isZero();
      awaitLine(server, "/metrics", "rq_orchestrator_jobs_total 5.0");
      awaitLine(server, "/metrics", HOLDS);

      String metrics = get(server, "/metrics").body();
      assertThat(metrics)
          .contains("\nrq_orchestrator_job_duration_seconds_count 5\n")
          .contains("\nrq_orchestrator_worker_starts_total 1.0\n")
          .contains("\nrq_orchestrator_redis_up 1.0\n")
          .containsPattern("\nrq_orchestrator_workers_memory_bytes [1-9]")
          .doesNotContain("NaN");
      assertThat(promtool(metrics)).isEmpty();
      assertThat(daemon.stop()).isZero();
    }
  }

  /** What Prometheus' own linter finds. */
  private String promtool(String metrics) throws IOException, InterruptedException {
    String program = Optional.ofNullable(System.getenv("PROMTOOL")).orElse("promtool");
    Path file = Files.writeString(directory.resolve("metrics"), metrics);
    Process lint =
        new ProcessBuilder(program, "check", "metrics")
            .redirectInput(file.toFile())
            .redirectErrorStream(true)
            .start();
    String findings = new String(lint.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return findings + (lint.waitFor() == 0 ? "" : "exit code " + lint.exitValue());
  }

  @Test
  @Tag("alone")
  void answersWithinATenthOfASecondWhileRedisHangs() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = Daemon.start(redis, "--min-workers=1", "--max-workers=1", "--http=0")) {
      InetSocketAddress server = address(daemon);
      daemon.await("worker_ready", 1);
      awaitLine(server, "/readyz", "ok");
      redis.hang();
      daemon.await("redis_away", 1);
      awaitLine(server, "/metrics", "rq_orchestrator_redis_up 0.0");

      for (String path : List.of("/metrics", "/api/v1/status", "/api/v1/history", "/healthz")) {
        List<Duration> took = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          long begun = System.nanoTime();
          assertThat(get(server, path).statusCode()).isEqualTo(200);
          took.add(Duration.ofNanos(System.nanoTime() - begun));
        }
        took.sort(null);
        assertThat(took.get(17)).as(path + ": " + took).isLessThan(Duration.ofMillis(100));
      }
      assertThat(get(server, "/readyz").statusCode()).isEqualTo(503);

      redis.resume();
      awaitLine(server, "/readyz", "ok");
      assertThat(daemon.stop()).isZero();
    }
  }

  @Test
  void aPortThatIsTakenIsSaidBeforeAnythingIsStarted() throws Exception {
    try (TestRedis redis = TestRedis.started();
        Daemon first = Daemon.start(redis, "--min-workers=0", "--http=0")) {
      String port = "--http=" + address(first).getPort();
      try (Daemon second = Daemon.start(redis, port)) {
        assertThat(second.exitCode(Duration.ofSeconds(60))).isEqualTo(1);
        assertThat(second.output())
            .contains("--http (127.0.0.1:" + address(first).getPort() + ") cannot be listened on")
            .contains("choose another address or port");
        assertThat(second.events("worker_started")).isEmpty();
      }

      assertThat(first.stop()).isZero();
    }
  }

  @Test
  void withoutHttpNothingOfItIsLoaded() throws Exception {
    assertThat(webClasses("--http=0")).contains("io.rqorchestrator.web.WebServer");
    assertThat(webClasses("--log-level=debug")).isEmpty();
  }

  /** The classes of the web part that a daemon loads until its worker is ready. */
  private List<String> webClasses(String option) throws Exception {
    Path log = directory.resolve("classes" + option);
    try (TestRedis redis = TestRedis.started();
        Daemon daemon =
            Daemon.run(
                Map.of(
                    "RQ_REDIS_URL",
                    redis.url(),
                    "JDK_JAVA_OPTIONS",
                    "-Xlog:class+load:file=" + log),
                "--python=" + RqPython.path(),
                "--log-format=json",
                "--max-workers=1",
                option)) {
      daemon.await("worker_ready", 1);
      assertThat(daemon.stop()).isZero();
    }
    Pattern web =
        Pattern.compile(
            "(io\\.rqorchestrator\\.web|io\\.prometheus|(com\\.)?sun\\.net\\.httpserver)\\.\\S+");
    return Files.readAllLines(log).stream()
        .map(web::matcher)
        .filter(Matcher::find)
        .map(Matcher::group)
        .toList();
  }
}
