package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGHUP without a controlling terminal: every worker is replaced, for a deploy. */
final class RollingRestartIT {

  @TempDir Path directory;

  private static Daemon start(RedisServer redis, String... options) throws Exception {
    return Daemon.startDetached(redis, options);
  }

  private static Process load(RedisServer redis, Path log, int count, double rate, Object length)
      throws Exception {
    return RqPython.run(
        "enqueue.py", redis.url(), "default", log, count, rate, length, log.getFileName());
  }

  private static void enqueue(RedisServer redis, Path log, int count, Object length)
      throws Exception {
    assertThat(load(redis, log, count, 0, length).waitFor()).isZero();
  }

  @Test
  void replacesEveryWorkerNeverBelowMinWithOneExtraAndLosesNoJob() throws Exception {
    Path log = directory.resolve("jobs");
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=3", "--max-workers=3");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      daemon.await("worker_ready", 3);
      List<Long> old = daemon.workerPids();
      Process load = load(redis, log, 150, 12, 0.01);
      daemon.await("measured", 3);
      daemon.signal("HUP");
      daemon.await("restart_done", 1);
      daemon.await("worker_gone", 3);
      assertThat(load.waitFor()).isZero();
      Awaitility.await().until(() -> JobLog.read(log).runs().size() >= 150);
      assertThat(daemon.workerPids()).hasSize(3).doesNotContainAnyElementsOf(old);
      assertThat(daemon.stop()).isZero();

      PoolSizes sizes = PoolSizes.of(daemon, 3);
      assertThat(sizes.fewestAble()).isEqualTo(3);
      assertThat(sizes.mostActive()).isEqualTo(4);
      assertThat(daemon.events("worker_started")).hasSize(6);
      JobLog.assertEachRanOnce(log, 150);
      assertThat(processes.all()).isEmpty();
    }
  }

  @Test
  void withALargerSurgeMoreAreReplacedAtATime() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=3", "--max-workers=3", "--restart-surge=2")) {
      daemon.await("worker_ready", 3);
      daemon.signal("HUP");
      daemon.await("restart_done", 1);
      assertThat(daemon.stop()).isZero();

      PoolSizes sizes = PoolSizes.of(daemon, 3);
      assertThat(sizes.fewestAble()).isEqualTo(3);
      assertThat(sizes.mostActive()).isEqualTo(5);
    }
  }

  @Test
  void aWorkerInALongJobFinishesItOutsideTheCount() throws Exception {
    Path log = directory.resolve("jobs");
    try (RedisServer redis = RedisServer.started();
        Daemon daemon = start(redis, "--min-workers=2", "--max-workers=2");
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      daemon.await("worker_ready", 2);
      Gate gate = Gate.in(directory);
      enqueue(redis, log, 1, gate);
      daemon.awaitBusy(1);
      daemon.signal("HUP");
      daemon.await("restart_done", 1);
      assertThat(JobLog.read(log).runs()).as("still at it").isEmpty();
      assertThat(daemon.events("worker_ready")).hasSize(4);

      // The old worker takes no other job, and the new ones do.
      Path more = directory.resolve("more");
      enqueue(redis, more, 4, 0.1);
      JobLog.awaitRuns(more, 4);
      assertThat(JobLog.read(log).runs()).as("still at it").isEmpty();

      gate.open();
      daemon.await("worker_gone", 2);
      JobLog.assertEachRanOnce(log, 1);
      assertThat(PoolSizes.of(daemon, 2).fewestAble()).isEqualTo(2);
      assertThat(daemon.stop()).isZero();
      assertThat(processes.all()).isEmpty();
    }
  }

  @Test
  void aGenerationThatDoesNotComeUpLeavesTheOldOneAtWorkUntilItIsMended() throws Exception {
    Path sound = Files.createFile(directory.resolve("sound"));
    Path log = directory.resolve("jobs");

    try (RedisServer redis = RedisServer.started();
        Daemon daemon =
            start(
                redis,
                "--min-workers=2",
                "--max-workers=2",
                "--worker-entry=-m failing_import " + sound);
        PoolProcesses processes = PoolProcesses.of(daemon)) {
      daemon.await("worker_ready", 2);
      List<Long> old = daemon.workerPids();
      Files.delete(sound);
      daemon.signal("HUP");
      daemon.await("degraded", 1);
      assertThat(daemon.events("worker_draining")).isEmpty();
      assertThat(old).allMatch(PoolProcesses::isAlive);

      enqueue(redis, log, 4, 0.1);
      JobLog.awaitRuns(log, 4);
      assertThat(daemon.events("restart_done")).isEmpty();

      Files.createFile(sound);
      daemon.await("restart_done", 1);
      assertThat(PoolSizes.of(daemon, 2).fewestAble()).isEqualTo(2);
      assertThat(PoolSizes.of(daemon, 2).mostActive()).isEqualTo(3);
      daemon.await("worker_gone", 2, event -> event.get("ending").getAsString().equals("asked"));
      assertThat(daemon.workerPids()).hasSize(2).doesNotContainAnyElementsOf(old);
      assertThat(daemon.stop()).isZero();
      assertThat(processes.all()).isEmpty();
    }
  }

  /** As deploys do it: a new release beside the old one, then the link is turned. */
  @Test
  void newWorkersStartInTheReleaseThatTheLinkPointsToNow() throws Exception {
    Path one = Files.createDirectory(directory.resolve("release-1"));
    Path two = Files.createDirectory(directory.resolve("release-2"));
    Path current = Files.createSymbolicLink(directory.resolve("current"), one);

    try (RedisServer redis = RedisServer.started();
        Daemon daemon =
            Daemon.runDetached(
                Map.of("RQ_REDIS_URL", redis.url()),
                Daemon.ownName(),
                "--python=" + RqPython.path(),
                "--directory=" + current,
                "--log-format=json",
                "--min-workers=2")) {
      daemon.await("worker_ready", 2);
      assertThat(daemon.workerPids()).allMatch(pid -> workingDirectory(pid).equals(one));

      Path turned = Files.createSymbolicLink(directory.resolve("turned"), two);
      Files.move(turned, current, StandardCopyOption.ATOMIC_MOVE);
      daemon.signal("HUP");
      daemon.await("restart_done", 1);
      daemon.await("worker_gone", 2);
      assertThat(daemon.workerPids()).hasSize(2).allMatch(pid -> workingDirectory(pid).equals(two));
      assertThat(daemon.stop()).isZero();
    }
  }

  private static Path workingDirectory(long pid) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", "" + pid, "cwd"));
    } catch (IOException e) {
      return Path.of("gone");
    }
  }
}
