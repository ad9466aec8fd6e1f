package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/**
 * The simulator tells the truth: the same jobs on real workers and in simulation, with the start
 * delay and the cost of a job as they were measured, wait as long and cost as much.
 */
@Tag("alone")
final class SimulationTruthIT {

  private static final Path JAR = Path.of("target", "rq-orchestrator.jar").toAbsolutePath();
  private static final List<String> QUICK =
      List.of(
          "--min-workers=1",
          "--max-workers=5",
          "--scaling-period=1",
          "--sampling-interval=200ms",
          "--utilization-window=6");

  /**
   * With a load of one erlang, or none at all, the rule has but one size for the pool. Where it has
   * two, or a load lies at a threshold, chance decides, and two real runs differ as much.
   */
  private static final List<String> RULE = List.of("--utilization-threshold=0.8");

  private static final List<String> TARGET = List.of("--target-wait=1s");

  private static final List<Planned> BURSTS =
      jobs(48, number -> new Planned(number < 24 ? 0 : 20, 0.5));

  @TempDir Path directory;

  /** A planned job, times in seconds. */
  private record Planned(double arrival, double length) {}

  /** Means over all jobs, in seconds, and what workers cost. */
  private record Run(double meanWait, double workerSeconds) {}

  /** What real workers did, and what a simulation needs to know of them. */
  private record Real(Run run, double startDelay, double overhead, List<Double> arrivals) {}

  @Test
  void steadyJobs() throws Exception {
    agree("steady", jobs(50, number -> new Planned(number / 2.0, 0.48)), RULE);
  }

  @Test
  void bursts() throws Exception {
    agree("bursts", BURSTS, RULE);
  }

  @Test
  void burstsWithATargetWait() throws Exception {
    agree("bursts-target-wait", BURSTS, TARGET);
  }

  @Test
  void shortJobsAndLongOnes() throws Exception {
    agree(
        "short-and-long",
        jobs(90, number -> new Planned(number / 3.0, number % 10 == 5 ? 2 : 0.1)),
        RULE);
  }

  private static List<Planned> jobs(int count, IntFunction<Planned> job) {
    return IntStream.range(0, count).mapToObj(job).toList();
  }

  private void agree(String name, List<Planned> jobs, List<String> rule) throws Exception {
    List<String> options = Stream.concat(QUICK.stream(), rule.stream()).toList();
    Real real = run(name, jobs, options);
    Run simulated = simulate(jobs, real, options);
    System.out.printf(
        Locale.ROOT,
        "simulation and truth, %s: mean wait %.2f s and %.2f s, %.1f and %.1f worker-seconds"
            + " (start delay %.2f s, %.3f s a job)%n",
        name,
        simulated.meanWait,
        real.run.meanWait,
        simulated.workerSeconds,
        real.run.workerSeconds,
        real.startDelay,
        real.overhead);
    assertThat(simulated.meanWait)
        .isCloseTo(real.run.meanWait, within(tolerance(real.run.meanWait)));
    assertThat(simulated.workerSeconds)
        .isCloseTo(real.run.workerSeconds, within(tolerance(real.run.workerSeconds)));
  }

  private static double tolerance(double seconds) {
    return Math.max(0.2, 0.15 * seconds);
  }

  private static double seconds(Instant instant) {
    return instant.toEpochMilli() / 1000.0;
  }

  // On real workers.

  private Real run(String name, List<Planned> jobs, List<String> rule) throws Exception {
    Path csv = write(name + ".csv", jobs);
    Path arrivals = directory.resolve("arrivals");
    List<String> options = new ArrayList<>(rule);
    options.addAll(List.of("--no-scheduler", "--", "--quiet"));
    try (TestRedis redis = TestRedis.started();
        Daemon daemon = Daemon.start(redis, options.toArray(new String[0]))) {
      daemon.await("worker_ready", 1);
      Process enqueuer =
          RqPython.run(
              "enqueue_csv.py", redis.url(), "default", directory.resolve("log"), csv, arrivals);
      assertThat(enqueuer.waitFor()).isZero();
      Map<String, Double> sums = new HashMap<>();
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(100))
          .until(() -> ended(redis, sums) == jobs.size());
      double end =
          JobLog.read(directory.resolve("log")).runs().stream()
              .mapToDouble(JobLog.Run::ended)
              .max()
              .orElseThrow();
      double begin = time(daemon.await("pool_started", 1));
      double planned = jobs.stream().mapToDouble(Planned::length).sum();
      Real real =
          new Real(
              new Run(sums.get("wait_sum") / jobs.size(), workerSeconds(daemon, end)),
              daemon
                  .events("worker_ready")
                  .mapToDouble(event -> event.get("after").getAsDouble())
                  .average()
                  .orElseThrow(),
              (sums.get("duration_sum") - planned) / jobs.size(),
              Files.readAllLines(arrivals).stream()
                  .map(line -> Double.parseDouble(line) - begin)
                  .toList());
      assertThat(daemon.stop()).isZero();
      return real;
    }
  }

  /** What the worker hosts measured, added up; returns the number of jobs that have ended. */
  private static long ended(TestRedis redis, Map<String, Double> sums) {
    sums.clear();
    try (Jedis jedis = redis.connect()) {
      for (String key : jedis.keys("rq:orchestrator:worker:*")) {
        for (String field : List.of("jobs", "wait_sum", "duration_sum")) {
          sums.merge(field, Double.parseDouble(jedis.hget(key, field)), Double::sum);
        }
      }
    }
    return Math.round(sums.getOrDefault("jobs", 0.0));
  }

  /** From the spawn to the end of each process, up to a moment. */
  private static double workerSeconds(Daemon daemon, double end) {
    Map<String, Double> gone = new HashMap<>();
    daemon
        .events("worker_gone")
        .forEach(event -> gone.put(event.get("worker").getAsString(), time(event)));
    return daemon
        .events("worker_started")
        .mapToDouble(
            event -> {
              double until = gone.getOrDefault(event.get("worker").getAsString(), end);
              return Math.max(0, Math.min(end, until) - time(event));
            })
        .sum();
  }

  private static double time(JsonObject event) {
    return seconds(Instant.parse(event.get("time").getAsString()));
  }

  // In simulation, as a user would.

  private Run simulate(List<Planned> jobs, Real real, List<String> rule) throws Exception {
    List<Planned> as = new ArrayList<>();
    for (int i = 0; i < jobs.size(); i++) {
      as.add(new Planned(real.arrivals.get(i), jobs.get(i).length() + real.overhead));
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-jar", JAR.toString(), "simulate", "--json"));
    command.addAll(List.of("--workload", "csv:" + write("simulated.csv", as)));
    command.add(String.format(Locale.ROOT, "--start-delay=%.3f", real.startDelay));
    command.addAll(rule);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    JsonObject result =
        JsonParser.parseString(printed)
            .getAsJsonObject()
            .getAsJsonArray("results")
            .get(0)
            .getAsJsonObject();
    return new Run(
        result.getAsJsonObject("wait").get("mean").getAsDouble(),
        result.get("worker_hours").getAsDouble() * 3600);
  }

  private Path write(String name, List<Planned> jobs) throws IOException {
    List<String> lines =
        jobs.stream()
            .map(job -> String.format(Locale.ROOT, "%.6f,%.6f", job.arrival, job.length))
            .toList();
    return Files.write(directory.resolve(name), lines);
  }
}
