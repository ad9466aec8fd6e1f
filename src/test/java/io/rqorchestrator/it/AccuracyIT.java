package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The measured load against a truth of its own: the wall clock for saturated workers, which are
 * busy whatever they do; for the others what Redis sees of them, and the log that the jobs write.
 */
final class AccuracyIT {

  private static final int WINDOW = 8;

  @TempDir Path directory;

  private Path log;

  private Daemon pool(TestRedis redis, int workers) throws Exception {
    log = directory.resolve("jobs");
    Daemon daemon =
        Daemon.start(
            redis,
            "--min-workers=" + workers,
            "--max-workers=" + workers,
            "--utilization-window=" + WINDOW,
            "--no-scheduler",
            "--",
            "--quiet");
    daemon.await("worker_ready", workers);
    return daemon;
  }

  private Process load(TestRedis redis, int count, double rate, double seconds) throws Exception {
    return RqPython.run("enqueue.py", redis.url(), "default", log, count, rate, seconds);
  }

  /** The first sample whose whole window lies after {@code begun}. */
  private static JsonObject fullWindowAfter(Daemon daemon, Instant begun) {
    Instant full = begun.plusSeconds(WINDOW + 1);
    return daemon.await("measured", 1, event -> Daemon.time(event).isAfter(full));
  }

  @Test
  @Tag("alone")
  void workersSaturatedWithNoOpJobsReadWithinFivePercentOfTheWallClock() throws Exception {
    try (TestRedis redis = TestRedis.started();
        Daemon daemon = pool(redis, 2)) {
      assertThat(load(redis, 8000, 0, 0).waitFor()).isZero();
      JsonObject measured = fullWindowAfter(daemon, Instant.now());
      System.out.println("accuracy, saturated no-op jobs: " + measured.get("message"));
      assertThat(measured.get("queued").getAsInt()).as("still saturated").isPositive();
      assertThat(measured.get("utilization").getAsDouble()).isBetween(0.95, 1.0);
      daemon.signal("KILL");
    }
  }

  @Test
  @Tag("alone")
  void jobsOfFiftyMillisecondsReadAsTheWallClockAndRedisDo() throws Exception {
    try (TestRedis redis = TestRedis.started();
        Daemon daemon = pool(redis, 4)) {
      // Saturated: the truth is the wall clock.
      assertThat(load(redis, 1000, 0, 0.05).waitFor()).isZero();
      Instant begun = Instant.now();
      JsonObject saturated = fullWindowAfter(daemon, begun);
      System.out.println("accuracy, saturated 50 ms jobs: " + saturated.get("message"));
      assertThat(saturated.get("queued").getAsInt()).as("still saturated").isPositive();
      assertThat(saturated.get("load").getAsDouble()).isBetween(4 * 0.98, 4.0);
      daemon.await(
          "measured",
          1,
          event -> Daemon.time(event).isAfter(begun) && event.get("queued").getAsInt() == 0);

      // 20 a second over four workers: more than the jobs say of themselves, and what Redis sees
      // but for the errands of RQ between two jobs.
      Process steady = load(redis, 20 * (WINDOW + 4), 20, 0.05);
      JsonObject partly;
      WaitingWorkers waiting = WaitingWorkers.watched(redis);
      try (waiting) {
        partly = fullWindowAfter(daemon, Instant.now().plusSeconds(1));
      }
      steady.destroy();
      System.out.println("accuracy, 50 ms jobs at 20/s: " + partly.get("message"));
      Instant end = Daemon.time(partly);
      double to = end.toEpochMilli() / 1000.0;
      double byJobs = JobLog.read(log).busyWithin(to - WINDOW, to) / WINDOW;
      double byRedis = 4 - waiting.meanWithin(end.minusSeconds(WINDOW), end);
      System.out.printf("accuracy, truth: %.3f by the jobs, %.3f by Redis%n", byJobs, byRedis);
      assertThat(partly.get("load").getAsDouble()).isBetween(byRedis * 0.95, byRedis * 1.01);
      assertThat(partly.get("load").getAsDouble()).isGreaterThan(byJobs);
      daemon.signal("KILL");
    }
  }

  @Test
  void aLongJobIsFullyBusyFromItsFirstSecond() throws Exception {
    try (TestRedis redis = TestRedis.started();
        Daemon daemon = pool(redis, 1)) {
      assertThat(load(redis, 1, 0, 60).waitFor()).isZero();
      daemon.awaitBusy(1);
      JsonObject last =
          daemon.await("measured", 1 + 50, event -> event.get("busy").getAsInt() == 1);

      List<Double> readings =
          daemon
              .events("measured")
              .filter(event -> !Daemon.time(event).isAfter(Daemon.time(last)))
              .filter(event -> event.get("busy").getAsInt() == 1)
              .skip(WINDOW + 1L)
              .map(event -> event.get("utilization").getAsDouble())
              .toList();
      assertThat(readings).hasSizeGreaterThan(40);
      assertThat(readings).allSatisfy(value -> assertThat(value).isBetween(0.98, 1.0));

      assertThat(daemon.stop()).isZero();
      assertThat(Duration.between(Daemon.time(last), Instant.now()))
          .isLessThan(Duration.ofSeconds(60));
    }
  }
}
