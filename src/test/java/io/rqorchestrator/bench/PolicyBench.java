package io.rqorchestrator.bench;

import io.rqorchestrator.control.SizeSettings;
import io.rqorchestrator.pool.PoolRules;
import io.rqorchestrator.pool.RecycleRules;
import io.rqorchestrator.scaling.Aim;
import io.rqorchestrator.scaling.ScalingPolicy;
import io.rqorchestrator.scaling.ScalingRules;
import io.rqorchestrator.scaling.TargetWait;
import io.rqorchestrator.simulation.GeneratedWorkload;
import io.rqorchestrator.simulation.Outcome;
import io.rqorchestrator.simulation.SimulatedPool;
import io.rqorchestrator.simulation.Simulation;
import io.rqorchestrator.simulation.WorkerTimes;
import io.rqorchestrator.simulation.Workload;
import io.rqorchestrator.supervisor.SupervisorRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Our rules and those of others on the same jobs, in simulation: prints a table in Markdown. The
 * same numbers on every machine. Started by {@code scripts/bench --policies}.
 */
public final class PolicyBench {

  private static final int MAX = 10;
  private static final Duration START_DELAY = Duration.ofMillis(600);
  private static final Duration HALF_MINUTE = Duration.ofSeconds(30);

  private static final List<String> WORKLOADS =
      List.of(
          "poisson:rate=2,mean=1s,for=2h",
          "bursts:size=40,every=1m,each=0.5s,for=2h",
          "flash:rate=1,peak=10,every=5m,lasting=30s,mean=1s,for=2h",
          "long-jobs:rate=2,mean=0.2s,long=30s,share=0.01,for=2h",
          "diurnal:low=0.2,high=4,mean=1s,for=24h");

  /**
   * A rule under test.
   *
   * @param period how often it is asked, in seconds
   * @param window what it measures utilization over, in seconds
   */
  private record Entry(
      String name, int min, int period, int window, Supplier<ScalingPolicy> policy) {}

  private static final List<Entry> RULES =
      List.of(
          ours("rule, threshold 0.5", 0.5),
          ours("rule, threshold 0.8", 0.8),
          target(Duration.ofSeconds(1)),
          target(Duration.ofSeconds(5)),
          new Entry("Laravel Horizon", 1, 3, 30, OtherRule.Horizon::new),
          new Entry("Celery autoscale", 1, 1, 30, OtherRule.Celery::new),
          new Entry("uWSGI busyness", 1, 1, 3, OtherRule.Uwsgi::new),
          new Entry("KEDA and HPA", 1, 15, 30, OtherRule.Hpa::new),
          new Entry("static 10", MAX, 5, 30, () -> ScalingPolicy.utilization(0.5)));

  private PolicyBench() {}

  private static Entry ours(String name, double threshold) {
    return new Entry(name, 1, 5, 30, () -> ScalingPolicy.utilization(threshold));
  }

  private static Entry target(Duration wait) {
    TargetWait target = new TargetWait(wait, Duration.ofSeconds(5), Duration.ofMinutes(1));
    return new Entry(
        "target wait " + wait.toSeconds() + "s",
        1,
        5,
        30,
        () -> ScalingPolicy.of(ScalingRules.targetWait(target)));
  }

  /** Prints the table. */
  public static void main(String[] args) {
    List<Workload> workloads =
        WORKLOADS.stream().map(text -> GeneratedWorkload.of(text, 1)).toList();
    List<String> kinds =
        WORKLOADS.stream().map(text -> text.substring(0, text.indexOf(':'))).toList();
    System.out.println("| p95 wait, mean workers | " + String.join(" | ", kinds) + " |");
    System.out.println("|---|" + "---|".repeat(kinds.size()));
    for (Entry entry : RULES) {
      List<String> cells = new ArrayList<>();
      for (Workload workload : workloads) {
        cells.add(cell(Simulation.run(pool(entry), List.of(workload))));
      }
      System.out.println("| " + entry.name() + " | " + String.join(" | ", cells) + " |");
    }
  }

  private static String cell(Outcome outcome) {
    return String.format(Locale.ROOT, "%.2f s, %.1f", outcome.waits().p95(), outcome.meanWorkers());
  }

  private static SimulatedPool pool(Entry entry) {
    return new SimulatedPool(
        new SupervisorRules(
            Duration.ofSeconds(entry.period()),
            Duration.ofSeconds(1),
            Duration.ofSeconds(entry.window()),
            false,
            new PoolRules(1, true, HALF_MINUTE, Optional.empty()),
            RecycleRules.NONE),
        new SizeSettings(entry.min(), MAX, new Aim.Utilization(0.5)),
        entry.policy().get(),
        WorkerTimes.startingIn(START_DELAY),
        Optional.empty());
  }
}
