package io.rqorchestrator.it;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.Jedis;

/**
 * How many workers wait for a job, in the words of Redis: each holds one blocked connection. What
 * is not spent there a worker spends on a job, or on the errands before and after it.
 */
final class WaitingWorkers implements AutoCloseable {

  private static final long LOOK_NANOS = 5_000_000;

  private final NavigableMap<Instant, Integer> looks = new ConcurrentSkipListMap<>();
  private final Thread watch;
  private volatile boolean closed;

  private WaitingWorkers(TestRedis redis) {
    watch = new Thread(() -> look(redis), "waiting-workers");
  }

  /** Begins to look, some 200 times a second. */
  static WaitingWorkers watched(TestRedis redis) {
    WaitingWorkers waiting = new WaitingWorkers(redis);
    waiting.watch.start();
    return waiting;
  }

  private void look(TestRedis redis) {
    try (Jedis jedis = redis.connect()) {
      while (!closed) {
        looks.put(Instant.now(), blockedClients(jedis.info("clients")));
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
  }

  private static int blockedClients(String info) {
    return info.lines()
        .map(line -> line.split(":", 2))
        .filter(field -> field[0].equals("blocked_clients"))
        .mapToInt(field -> Integer.parseInt(field[1]))
        .findFirst()
        .orElseThrow();
  }

  /** The mean over time of the workers that waited, from the first look in the window on. */
  double meanWithin(Instant from, Instant to) {
    NavigableMap<Instant, Integer> within = looks.subMap(from, true, to, false);
    double seconds = 0;
    double workerSeconds = 0;
    for (Map.Entry<Instant, Integer> look : within.entrySet()) {
      Instant next = within.higherKey(look.getKey());
      double held = Duration.between(look.getKey(), next == null ? to : next).toNanos();
      seconds += held;
      workerSeconds += held * look.getValue();
    }
    return workerSeconds / seconds;
  }

  @Override
  public void close() {
    closed = true;
  }
}
