package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pool that aims at a wait, with real workers. */
final class TargetWaitIT {

  private static final int JOBS = 40;

  @TempDir Path directory;

  @Test
  void aBurstIsServedByAsManyWorkersAsItNeedsAndThePoolShrinksAgain() throws Exception {
    Path log = directory.resolve("jobs");
    try (TestRedis redis = TestRedis.started();
        Daemon daemon =
            Daemon.start(
                redis,
                "--min-workers=1",
                "--max-workers=6",
                "--target-wait=1s",
                "--utilization-window=6s",
                "--no-scheduler")) {
      daemon.await("worker_ready", 1);

      RqPython.enqueue(redis, log, JOBS, 0.5);
      JsonObject shrunk = daemon.await("decided", 1, event -> is(event, "shrink"));
      daemon.await("measured", 1, event -> isAfter(event, shrunk) && active(event) == 1);
      assertThat(daemon.stop()).isZero();

      List<Integer> sizes = daemon.events("measured").map(TargetWaitIT::active).toList();
      assertThat(sizes).contains(6).allMatch(size -> size <= 6);
      JobLog.assertEachRanOnce(log, JOBS);
    }
  }

  /** Decided at every sample: a burst does not wait for the scaling period. */
  @Test
  void decidesAtEverySample() throws Exception {
    try (TestRedis redis = TestRedis.started();
        Daemon daemon =
            Daemon.start(redis, "--target-wait=1s", "--scaling-period=1h", "--no-scheduler")) {
      daemon.await("decided", 4);
      assertThat(daemon.events("decided").map(TargetWaitIT::text))
          .anySatisfy(text -> assertThat(text).contains("nothing to do").endsWith("at min 1"));
    }
  }

  private static boolean is(JsonObject event, String decision) {
    return event.get("decision").getAsString().equals(decision);
  }

  private static boolean isAfter(JsonObject event, JsonObject other) {
    return Daemon.time(event).isAfter(Daemon.time(other));
  }

  private static int active(JsonObject event) {
    return event.get("active").getAsInt();
  }

  private static String text(JsonObject event) {
    return event.get("text").getAsString();
  }
}
