package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Workers that register elsewhere than where the pool looks, as Frappe's and Django's may. */
final class ServedQueuesIT {

  @Test
  void workersOnOtherQueuesAreFoundAndReported() throws Exception {
    try (RedisServer redis = RedisServer.started();
        Daemon daemon =
            Daemon.start(
                redis,
                "--worker-command=" + RqPython.path() + " -m rq.cli worker short low",
                "--start-timeout=20s",
                "default")) {
      daemon.await("degraded", 1);
      assertThat(daemon.output())
          .contains("w1 serves short,low, the pool watches default: name the queues as Redis has");
      assertThat(daemon.stop()).isZero();
    }
  }

  @Test
  void workersOfAnotherRedisAreReported() throws Exception {
    try (RedisServer redis = RedisServer.started();
        RedisServer other = RedisServer.started();
        Daemon daemon =
            Daemon.start(
                redis,
                "--worker-command="
                    + RqPython.path()
                    + " -m rq.cli worker -u "
                    + other.url()
                    + " default",
                "--start-timeout=10s")) {
      daemon.await("start_failed", 1);
      assertThat(daemon.output())
          .contains("w1 did not register in time: it is alive, and redis://")
          .contains("its settings name another Redis");
    }
  }
}
