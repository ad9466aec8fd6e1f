package io.rqorchestrator.redis;

import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.time.SystemTicks;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/** What one sample costs; run by scripts/bench: {@code SampleBench PORT WORKERS...}. */
final class SampleBench {

  private static final int ROUNDS = 100;

  private SampleBench() {}

  public static void main(String[] args) {
    HostAndPort redis = new HostAndPort("127.0.0.1", Integer.parseInt(args[0]));
    DefaultJedisClientConfig config =
        DefaultJedisClientConfig.builder().autoNegotiateProtocol(false).build();
    for (String count : Arrays.asList(args).subList(1, args.length)) {
      try (Jedis jedis = new Jedis(redis, config)) {
        measure(jedis, Integer.parseInt(count));
      }
    }
  }

  private static void measure(Jedis jedis, int workers) {
    jedis.flushDB();
    fill(jedis, workers);
    SampleReader reader = new SampleReader(List.of("default"), new SystemTicks());
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long[] cpu = new long[ROUNDS];
    long[] wall = new long[ROUNDS];
    for (int round = -ROUNDS; round < ROUNDS; round++) {
      long cpuBegun = threads.getCurrentThreadCpuTime();
      long wallBegun = System.nanoTime();
      RqSnapshot snapshot = reader.read(jedis, Set.of());
      if (round >= 0) {
        cpu[round] = threads.getCurrentThreadCpuTime() - cpuBegun;
        wall[round] = System.nanoTime() - wallBegun;
      }
      if (snapshot.workers().size() != workers) {
        throw new IllegalStateException("saw " + snapshot.workers().size() + " workers");
      }
    }
    Arrays.sort(cpu);
    Arrays.sort(wall);
    System.out.printf("%d %.2f %.2f%n", workers, cpu[ROUNDS / 2] / 1e6, wall[ROUNDS / 2] / 1e6);
  }

  private static void fill(Jedis jedis, int workers) {
    Pipeline pipeline = jedis.pipelined();
    for (int i = 0; i < workers; i++) {
      String name = "bench-w" + i + "-0123abcd";
      pipeline.sadd(RqKeys.workersOf("default"), RqKeys.worker(name));
      pipeline.hset(
          RqKeys.worker(name),
          Map.of(
              "hostname", "host",
              "pid", "" + (1000 + i),
              "birth", "2026-01-31T12:00:00.123456Z",
              "state", "busy",
              "last_heartbeat", "2026-01-31T12:00:00.123456Z",
              "total_working_time", "301.609",
              "successful_job_count", "1200"));
      pipeline.hset(
          RqKeys.host(name),
          Map.of(
              "v", "1",
              "guarded", "1",
              "busy_total", "301.609000",
              "busy_since", "1769860800.123456",
              "job", "0b6f3a0e-5b1c-4c7e-9d55-3f1f0f6c9a11",
              "jobs", "1200"));
    }
    pipeline.sync();
  }
}
