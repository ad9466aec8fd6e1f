package io.rqorchestrator.advice;

import io.rqorchestrator.config.ScalingSettings;
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
 * Simulates many settings within bounds, to find the cheapest that keep a wait:
 *
 * <ol>
 *   <li>every threshold and target wait of a list, each with a few values of min;
 *   <li>the best of these with smaller values of max, and static pools.
 * </ol>
 *
 * <p>Settings that exceed the memory budget at their peak are never advised.
 */
public final class SettingsSearch {

  private static final double[] THRESHOLDS = {0.3, 0.5, 0.7, 0.9};

  /** Target waits, as multiples of the wait to keep. */
  private static final double[] TARGETS = {0.25, 0.5, 1, 2};

  /** How many settings of the first step get smaller values of max. */
  private static final int FINALISTS = 6;

  /** Values of min, of max, and sizes of static pools that are tried, beside the least. */
  private static final int SIZES = 4;

  /** The cheapest first; of the same price, the one with the smaller peak. */
  private static final Comparator<Candidate.Result> CHEAPEST =
      Comparator.comparingDouble((Candidate.Result result) -> result.outcome().workerSeconds())
          .thenComparingInt(result -> result.outcome().peakWorkers());

  private final Workloads workloads;
  private final ScalingSettings bounds;
  private final Duration keep;
  private final MemoryFit memory;

  /** The most workers that fit into the memory budget. */
  private final int most;

  private final Map<String, Candidate.Result> tried = new LinkedHashMap<>();

  /** Names of the candidates whose simulation would take too long. */
  private final SortedSet<String> tooLong = new TreeSet<>();

  /**
   * @param bounds min and max workers, and the settings that are not varied
   * @param keep the wait that 95 % of the jobs are not to exceed
   */
  public SettingsSearch(Workloads workloads, ScalingSettings bounds, Duration keep) {
    this.workloads = workloads;
    this.bounds = bounds;
    this.keep = keep;
    this.memory = MemoryFit.of(bounds, workloads);
    this.most = memory.most(bounds.maxWorkers());
  }

  /**
   * Simulates, several candidates at a time.
   *
   * @throws io.rqorchestrator.config.InvalidSetting if the bounds cannot be simulated
   */
  public void run() {
    SimulationSetup.pool(bounds, workloads);
    simulate(rulesWithSomeMins());
    List<Candidate> second = new ArrayList<>();
    finalists().forEach(finalist -> second.addAll(withSmallerMaxs(finalist)));
    second.addAll(staticPools());
    simulate(second);
  }

  private List<Candidate> rulesWithSomeMins() {
    int enough = (int) Math.min(most, Math.ceil(workloads.load()));
    return spread(bounds.minWorkers(), enough).stream()
        .flatMap(min -> rules(bounds.withWorkers(min, bounds.maxWorkers())).stream())
        .toList();
  }

  private List<Candidate> withSmallerMaxs(Candidate.Result finalist) {
    ScalingSettings settings = finalist.candidate().settings();
    int used = Math.min(most, finalist.outcome().peakWorkers());
    return spread(Math.max(1, settings.minWorkers()), used).stream()
        .map(max -> Candidate.withBoundsInName(settings.withWorkers(settings.minWorkers(), max)))
        .toList();
  }

  private List<Candidate> staticPools() {
    return spread(Math.max(1, bounds.minWorkers()), most).stream()
        .filter(size -> size <= most)
        .map(size -> Candidate.of(bounds.withoutTargetWait().withWorkers(size, size)))
        .toList();
  }

  private List<Candidate> rules(ScalingSettings settings) {
    List<Candidate> rules = new ArrayList<>();
    for (double threshold : THRESHOLDS) {
      rules.add(Candidate.withBoundsInName(settings.withoutTargetWait().withThreshold(threshold)));
    }
    for (double factor : TARGETS) {
      Duration target = Duration.ofMillis(Math.max(10, Math.round(keep.toMillis() * factor)));
      rules.add(Candidate.withBoundsInName(settings.withTargetWait(target)));
    }
    return rules;
  }

  private void simulate(List<Candidate> candidates) {
    List<Candidate> untried =
        candidates.stream()
            .filter(one -> !tried.containsKey(one.name()))
            .filter(this::canBeSimulated)
            .distinct()
            .toList();
    List<Candidate.Result> results =
        untried.parallelStream().map(one -> one.simulate(workloads).inShort()).toList();
    results.forEach(result -> tried.put(result.candidate().name(), result));
  }

  private boolean canBeSimulated(Candidate candidate) {
    boolean isTooLong = SimulationSetup.takesTooLong(candidate.settings(), workloads);
    if (isTooLong) {
      tooLong.add(candidate.name());
    }
    return !isTooLong;
  }

  /**
   * A few numbers from {@code least} to {@code most}, including both; only {@code least} if that is
   * the larger one.
   */
  private static SortedSet<Integer> spread(int least, int most) {
    SortedSet<Integer> numbers = new TreeSet<>();
    numbers.add(least);
    for (int i = 1; i <= SIZES; i++) {
      numbers.add(Math.max(least, least + (int) Math.round((most - least) * i / (double) SIZES)));
    }
    return numbers;
  }

  /** Results that keep the wait, the cheapest first; then those that come nearest to it. */
  private List<Candidate.Result> finalists() {
    return results().stream()
        .sorted(
            Comparator.comparingDouble((Candidate.Result result) -> Math.max(0, excess(result)))
                .thenComparing(CHEAPEST))
        .limit(FINALISTS)
        .toList();
  }

  /** By how many seconds the wait to keep is exceeded; negative if it is kept. */
  private double excess(Candidate.Result result) {
    return result.outcome().waits().p95() - Seconds.of(keep);
  }

  /** How many settings were tried, including those that exceed the memory budget. */
  int tried() {
    return tried.size();
  }

  /** All results that keep to the memory budget. */
  List<Candidate.Result> results() {
    return tried.values().stream()
        .filter(result -> !memory.isExceededBy(result.outcome().peakWorkers()))
        .toList();
  }

  /** What was not tried, and why. */
  public List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    if (most < bounds.maxWorkers()) {
      remarks.add(
          "--max-workers (%d) do not fit into %s: tried no static pool of more than %d"
              .formatted(bounds.maxWorkers(), memory.budget(), most));
    }
    if (!tooLong.isEmpty()) {
      remarks.add(
          "left out, because they would take more samples than can be simulated: "
              + String.join("; ", tooLong));
    }
    return remarks;
  }

  /** Results that no other beats in wait, worker-hours and peak; the cheapest first. */
  List<Candidate.Result> frontier() {
    List<Candidate.Result> best = new ArrayList<>();
    for (Candidate.Result result : results().stream().sorted(CHEAPEST).toList()) {
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

  /** The cheapest result that keeps the wait; empty if none does. */
  public Optional<Candidate.Result> advice() {
    return results().stream().filter(result -> excess(result) <= 0).min(CHEAPEST);
  }

  /** The result that comes nearest to the wait; empty if none keeps to the memory budget. */
  public Optional<Candidate.Result> nearest() {
    return finalists().stream().findFirst();
  }
}
