package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pool that keeps to its memory, with real workers and the memory that they really take. */
final class MemoryGuardIT {

  @TempDir Path directory;

  private Daemon pool(TestRedis redis, String guard) throws Exception {
    Daemon daemon =
        Daemon.start(
            redis,
            "--min-workers=1",
            "--max-workers=30",
            "--target-wait=1s",
            "--no-scheduler",
            guard,
            "--",
            "--quiet");
    daemon.await("worker_ready", 1);
    return daemon;
  }

  private void burst(TestRedis redis, Path log, int jobs) throws Exception {
    RqPython.enqueue(redis, log, jobs, 1.0);
  }

  @Test
  void growthBeyondTheBudgetIsRefusedWithThatReasonAndTheJobsAreDoneAllTheSame() throws Exception {
    Path log = directory.resolve("jobs");
    try (TestRedis redis = TestRedis.started();
        Daemon daemon = pool(redis, "--memory-budget=250MB")) {
      burst(redis, log, 60);
      JsonObject refused = daemon.await("decided", 1, event -> code(event, "memory_budget"));
      daemon.await("decided", 1, event -> event.get("decision").getAsString().equals("shrink"));

      assertThat(refused.get("text").getAsString())
          .startsWith("wants ")
          .containsPattern("memory budget 250 MB (leaves room for \\d+ \\(pool|exceeded by)");

      String size = refused.has("to") ? "to" : "from"; // a step that is not taken has one size
      assertThat(refused.get("wants").getAsInt()).isGreaterThan(refused.get(size).getAsInt());
      assertThat(daemon.events("measured"))
          .allSatisfy(event -> assertThat(event.get("active").getAsInt()).isLessThan(15));
      assertThat(daemon.stop()).isZero();
      JobLog.assertEachRanOnce(log, 60);
    }
  }

  @Test
  void aBudgetThatMinWorkersExceedDegradesThePoolWithNumbers() throws Exception {
    try (TestRedis redis = TestRedis.started();
        Daemon daemon = pool(redis, "--memory-budget=45MB")) {
      JsonObject degraded = daemon.await("degraded", 1);

      assertThat(degraded.get("problem").getAsString())
          .containsPattern("memory budget 45 MB is less than 1 worker takes: \\d+ MB");
      assertThat(daemon.isAlive()).isTrue();
    }
  }

  @Test
  void theHostKeepsItsFreeMemory() throws Exception {
    Path log = directory.resolve("jobs");
    try (TestRedis redis = TestRedis.started();
        Daemon daemon = pool(redis, "--min-free-memory=100000GB")) {
      burst(redis, log, 5);
      daemon.await("decided", 1, event -> code(event, "free_memory"));

      assertThat(daemon.workerPids()).hasSize(1);
    }
  }

  private static boolean code(JsonObject event, String code) {
    return event.get("code").getAsString().equals(code);
  }
}
