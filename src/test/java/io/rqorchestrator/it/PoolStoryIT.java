package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** The whole story of a pool that follows its load. */
@Tag("short")
final class PoolStoryIT {

  @TempDir Path directory;

  @Test
  void followsTheLoadFromMinToFourOrFiveAndBack() throws Exception {
    Path log = directory.resolve("jobs");
    try (TestRedis redis = TestRedis.started();
        Daemon daemon =
            Daemon.start(
                redis,
                "--min-workers=2",
                "--max-workers=5",
                "--scaling-period=1",
                "--utilization-window=6",
                "--utilization-threshold=0.5")) {
      daemon.await("worker_ready", 2);

      // The workload of the concept: two jobs a second of one second each.
      Process load = RqPython.run("enqueue.py", redis.url(), "default", log, 30, 2, 1.0);
      assertThat(load.waitFor()).isZero();
      daemon.await(
          "measured",
          1,
          event -> event.get("active").getAsInt() == 2 && after(daemon, event.get("time")));
      assertThat(daemon.stop()).isZero();

      List<Integer> sizes =
          daemon
              .events("measured")
              .map(event -> event.get("active").getAsInt())
              .dropWhile(size -> size == 0) // before the first start
              .takeWhile(size -> size > 0) // until the stop
              .toList();
      assertThat(sizes).allMatch(size -> size >= 2 && size <= 5);
      assertThat(sizes.stream().mapToInt(size -> size).max().getAsInt()).isBetween(4, 5);
      assertThat(daemon.messages("decided")).anyMatch(line -> line.startsWith("grow 2 -> 3: "));
      assertThat(daemon.messages("decided")).anyMatch(line -> line.startsWith("shrink 3 -> 2: "));
      JobLog.assertEachRanOnce(log, 30);
      try (Jedis jedis = redis.connect()) {
        assertThat(jedis.zcard("rq:failed:default")).isZero();
        assertThat(jedis.zcard("rq:finished:default")).isEqualTo(30);
      }
    }
  }

  /** Whether a sample came after the pool had first shrunk. */
  private static boolean after(Daemon daemon, JsonElement time) {
    return daemon
        .events("decided")
        .filter(event -> event.get("message").getAsString().startsWith("shrink 3 -> 2"))
        .anyMatch(event -> event.get("time").getAsString().compareTo(time.getAsString()) < 0);
  }
}
