package io.rqorchestrator.cli;

import io.rqorchestrator.config.ScalingSettings;
import io.rqorchestrator.plot.Frontier.MarkKind;
import io.rqorchestrator.simulation.Outcome;
import io.rqorchestrator.time.Seconds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Tries settings within bounds on a workload: first every rule with some values of min, then the
 * best of these with smaller values of max, and static pools.
 *
 * <p>What takes more than the memory budget at its peak was tried in vain: it is never advised.
 */
final class SettingsSearch {

  private static final double[] THRESHOLDS = {0.3, 0.5, 0.7, 0.9};
  private static final double[] TARGETS = {0.25, 0.5, 1, 2}; // times the wait to keep
  private static final int FINALISTS = 6;
  private static final int SIZES = 4;

  /** The cheapest first; of the same price, the one with fewer workers at a time. */
  private static final Comparator<Candidate.Result> CHEAPEST =
      Comparator.comparingDouble((Candidate.Result result) -> result.outcome().workerSeconds())
          .thenComparingInt(result -> result.outcome().peakWorkers());

  private final Workloads jobs;
  private final ScalingSettings bounds;
  private final Duration keep;
  private final MemoryFit room;
  private final int most;
  private final Map<String, Candidate.Result> tried = new LinkedHashMap<>();
  private final SortedSet<String> tooLong = new TreeSet<>();

  /**
   * @param bounds min and max workers within which to stay, and what is not tried
   * @param keep the wait that 95 % of the jobs are not to exceed
   */
  SettingsSearch(Workloads jobs, ScalingSettings bounds, Duration keep) {
    this.jobs = jobs;
    this.bounds = bounds;
    this.keep = keep;
    this.room = MemoryFit.of(bounds, jobs);
    this.most = room.most(bounds.maxWorkers());
  }

  /**
   * Tries them all, several at a time.
   *
   * @throws io.rqorchestrator.config.InvalidSetting if the bounds cannot be simulated on these jobs
   */
  void run() {
    Scaling.simulated(bounds, jobs);
    List<Candidate> first = new ArrayList<>();
    int enough = (int) Math.min(most, Math.ceil(jobs.load()));
    for (int min : spread(bounds.minWorkers(), enough)) {
      first.addAll(rules(bounds.withWorkers(min, bounds.maxWorkers())));
    }
    attempt(first);
    List<Candidate> second = new ArrayList<>();
    for (Candidate.Result finalist : finalists()) {
      ScalingSettings settings = finalist.candidate().settings();
      int used = Math.min(most, finalist.outcome().peakWorkers());
      for (int max : spread(Math.max(1, settings.minWorkers()), used)) {
        ScalingSettings smaller = settings.withWorkers(settings.minWorkers(), max);
        second.add(Candidate.within(finalist.candidate().kind(), smaller));
      }
    }
    for (int size : spread(Math.max(1, bounds.minWorkers()), most)) {
      if (size <= most) {
        second.add(
            Candidate.within(MarkKind.STATIC, bounds.withoutTargetWait().withWorkers(size, size)));
      }
    }
    attempt(second);
  }

  private List<Candidate> rules(ScalingSettings settings) {
    List<Candidate> rules = new ArrayList<>();
    for (double threshold : THRESHOLDS) {
      rules.add(
          Candidate.within(MarkKind.RULE, settings.withoutTargetWait().withThreshold(threshold)));
    }
    for (double factor : TARGETS) {
      Duration target = Duration.ofMillis(Math.max(10, Math.round(keep.toMillis() * factor)));
      rules.add(Candidate.within(MarkKind.TARGET_WAIT, settings.withTargetWait(target)));
    }
    return rules;
  }

  private void attempt(List<Candidate> candidates) {
    List<Candidate> news =
        candidates.stream()
            .filter(one -> !tried.containsKey(one.name()))
            .filter(this::isWithinReach)
            .distinct()
            .toList();
    List<Candidate.Result> results =
        news.parallelStream().map(one -> one.runs(jobs).inShort()).toList();
    results.forEach(result -> tried.put(result.candidate().name(), result));
  }

  private boolean isWithinReach(Candidate candidate) {
    boolean within = !Scaling.takesTooLong(candidate.settings(), jobs);
    if (!within) {
      tooLong.add(candidate.name());
    }
    return within;
  }

  /**
   * A few numbers from {@code least} to {@code most}, both among them; only the one if it is more.
   */
  private static SortedSet<Integer> spread(int least, int most) {
    SortedSet<Integer> numbers = new TreeSet<>();
    numbers.add(least);
    for (int i = 1; i <= SIZES; i++) {
      numbers.add(Math.max(least, least + (int) Math.round((most - least) * i / (double) SIZES)));
    }
    return numbers;
  }

  /** Those that keep the wait, the cheapest first; filled up with those that come nearest. */
  private List<Candidate.Result> finalists() {
    return all().stream()
        .sorted(
            Comparator.comparingDouble((Candidate.Result result) -> Math.max(0, excess(result)))
                .thenComparing(CHEAPEST))
        .limit(FINALISTS)
        .toList();
  }

  /** How much more than the wait to keep, in seconds; negative if it is kept. */
  private double excess(Candidate.Result result) {
    return result.outcome().waits().p95() - Seconds.of(keep);
  }

  /** How many were tried, in vain or not. */
  int tried() {
    return tried.size();
  }

  /** All that were tried and keep to the memory budget. */
  List<Candidate.Result> all() {
    return tried.values().stream()
        .filter(result -> !room.isExceededBy(result.outcome().peakWorkers()))
        .toList();
  }

  /** What has been left out, and why. */
  List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    if (most < bounds.maxWorkers()) {
      remarks.add(
          "--max-workers (%d) do not fit into %s: tried no static pool of more than %d"
              .formatted(bounds.maxWorkers(), room.budget(), most));
    }
    if (!tooLong.isEmpty()) {
      remarks.add(
          "left out, for they would take more samples than can be simulated: "
              + String.join("; ", tooLong));
    }
    return remarks;
  }

  /** Those that no other beats in wait, worker-hours and peak, the cheapest first. */
  List<Candidate.Result> frontier() {
    List<Candidate.Result> best = new ArrayList<>();
    for (Candidate.Result result : all().stream().sorted(CHEAPEST).toList()) {
      if (best.stream().noneMatch(other -> isNoWorse(other.outcome(), result.outcome()))) {
        best.add(result);
      }
    }
    return best;
  }

  private static boolean isNoWorse(Outcome one, Outcome other) {
    return one.waits().p95() <= other.waits().p95()
        && one.workerSeconds() <= other.workerSeconds()
        && one.peakWorkers() <= other.peakWorkers();
  }

  /** The cheapest that keeps the wait; empty if none does. */
  Optional<Candidate.Result> advice() {
    return all().stream().filter(result -> excess(result) <= 0).min(CHEAPEST);
  }

  /** The one that comes nearest to keeping it; empty if none keeps to the memory budget. */
  Optional<Candidate.Result> nearest() {
    return finalists().stream().findFirst();
  }
}
