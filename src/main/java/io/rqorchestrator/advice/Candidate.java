package io.rqorchestrator.advice;

import io.rqorchestrator.config.Durations;
import io.rqorchestrator.config.ScalingSettings;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.plot.Frontier;
import io.rqorchestrator.simulation.Outcome;
import io.rqorchestrator.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Settings that are tried on workloads.
 *
 * @param kind utilization rule, target wait or static pool
 * @param name for people
 * @param settings of the pool
 */
public record Candidate(Frontier.MarkKind kind, String name, ScalingSettings settings) {

  private static final Duration USUAL_TARGET = Duration.ofSeconds(1);

  /**
   * A candidate and the outcome of its simulation.
   *
   * @param candidate what was simulated
   * @param outcome waits and costs
   */
  public record Result(Candidate candidate, Outcome outcome) {

    /** The same without each job's wait, where many results are kept. */
    Result inShort() {
      return new Result(candidate, outcome.inShort());
    }
  }

  /** The settings as they are. */
  public static Candidate of(ScalingSettings settings) {
    return settings.minWorkers() == settings.maxWorkers()
        ? constant(settings, settings.maxWorkers())
        : settings.targetWait().isPresent() ? target(settings) : rule(settings);
  }

  /**
   * The settings as they are, then alternatives within the same min and max: the other rule, and
   * static pools of min and of max workers.
   *
   * @param remarks takes a line for each static pool that is left out, because it exceeds the
   *     memory budget or its simulation would take too long
   */
  public static List<Candidate> withAlternatives(
      ScalingSettings settings, Workloads workloads, Consumer<String> remarks) {
    if (settings.minWorkers() == settings.maxWorkers()) {
      return List.of(of(settings));
    }
    List<Candidate> all = new ArrayList<>();
    Candidate rule = rule(settings.withoutTargetWait());
    boolean isGiven = settings.targetWait().isPresent();
    Candidate target = target(isGiven ? settings : settings.withTargetWait(USUAL_TARGET));
    all.add(isGiven ? target : rule);
    all.add(isGiven ? rule : target);
    for (int size : List.of(settings.minWorkers(), settings.maxWorkers())) {
      if (size > 0) {
        reasonAgainst(size, settings, workloads)
            .ifPresentOrElse(
                reason -> remarks.accept("static %d left out: %s".formatted(size, reason)),
                () -> all.add(constant(settings, size)));
      }
    }
    return all;
  }

  /** Why a static pool of this size is not simulated; empty if it is. */
  private static Optional<String> reasonAgainst(
      int size, ScalingSettings settings, Workloads workloads) {
    MemoryFit memory = MemoryFit.of(settings, workloads);
    if (!memory.holds(size)) {
      return Optional.of("its workers and the daemon do not fit into " + memory.budget());
    }
    boolean isTooLong = SimulationSetup.takesTooLong(settings.withWorkers(size, size), workloads);
    return isTooLong
        ? Optional.of("it would take more samples than can be simulated")
        : Optional.empty();
  }

  private static Candidate rule(ScalingSettings settings) {
    String name = String.format(Locale.ROOT, "rule, threshold %s", settings.threshold());
    return new Candidate(Frontier.MarkKind.RULE, name, settings);
  }

  private static Candidate target(ScalingSettings settings) {
    Duration wait = settings.targetWait().orElseThrow().target();
    return new Candidate(
        Frontier.MarkKind.TARGET_WAIT, "target wait " + Durations.format(wait), settings);
  }

  private static Candidate constant(ScalingSettings settings, int workers) {
    return new Candidate(
        Frontier.MarkKind.STATIC, "static " + workers, settings.withWorkers(workers, workers));
  }

  /** The settings as they are, with min and max in the candidate's name. */
  static Candidate withBoundsInName(ScalingSettings settings) {
    Candidate plain = of(settings);
    return plain.kind() == Frontier.MarkKind.STATIC
        ? plain
        : new Candidate(
            plain.kind(),
            settings.minWorkers() + ".." + settings.maxWorkers() + ", " + plain.name(),
            settings);
  }

  /** Simulates the workloads. */
  public Result simulate(Workloads workloads) {
    return simulate(workloads, (at, event) -> {});
  }

  /**
   * Simulates the workloads.
   *
   * @param events takes all that happens; ticks count from 0
   */
  public Result simulate(Workloads workloads, EventSink events) {
    return new Result(
        this,
        Simulation.run(SimulationSetup.pool(settings, workloads), workloads.queues(), events));
  }
}
