package io.rqorchestrator.cli;

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
import java.util.function.Consumer;

/**
 * A way to scale that is tried on a workload.
 *
 * @param kind what kind of rule it is
 * @param name for people
 * @param settings what the pool is told
 */
record Candidate(Frontier.MarkKind kind, String name, ScalingSettings settings) {

  private static final Duration USUAL_TARGET = Duration.ofSeconds(1);

  /**
   * A candidate and what came of it.
   *
   * @param candidate who
   * @param outcome what
   */
  record Result(Candidate candidate, Outcome outcome) {
    /** To be kept, where there are many. */
    Result inShort() {
      return new Result(candidate, outcome.inShort());
    }
  }

  /** The settings as they are. */
  static Candidate of(ScalingSettings settings) {
    return settings.minWorkers() == settings.maxWorkers()
        ? constant(settings, settings.maxWorkers())
        : settings.targetWait().isPresent() ? target(settings) : rule(settings);
  }

  /**
   * The settings as they are, and what else could be done within their bounds.
   *
   * @param room static pools that it does not hold are left out, and those that take too long
   * @param remarks told of these
   */
  static List<Candidate> all(
      ScalingSettings settings, Workloads jobs, MemoryFit room, Consumer<String> remarks) {
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
      if (size > 0 && !room.holds(size)) {
        remarks.accept(
            "static %d left out: its workers and the daemon do not fit into %s"
                .formatted(size, room.budget()));
      } else if (size > 0) {
        Candidate constant = constant(settings, size);
        if (Scaling.takesTooLong(constant.settings(), jobs)) {
          remarks.accept(
              constant.name() + " left out: it would take more samples than can be simulated");
        } else {
          all.add(constant);
        }
      }
    }
    return all;
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

  /** Settings with a name that tells their bounds, too. */
  static Candidate within(Frontier.MarkKind kind, ScalingSettings settings) {
    if (settings.minWorkers() == settings.maxWorkers()) {
      return constant(settings, settings.maxWorkers());
    }
    String bounds = settings.minWorkers() + ".." + settings.maxWorkers() + ", ";
    return new Candidate(kind, bounds + of(settings).name(), settings);
  }

  /** Simulates. */
  Result runs(Workloads jobs) {
    return runs(jobs, (at, event) -> {});
  }

  /** Simulates; the sink is told of all that happens, at ticks that count from 0. */
  Result runs(Workloads jobs, EventSink events) {
    return new Result(
        this, Simulation.run(Scaling.simulated(settings, jobs), jobs.queues(), events));
  }
}
