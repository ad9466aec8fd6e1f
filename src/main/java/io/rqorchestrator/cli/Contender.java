package io.rqorchestrator.cli;

import io.rqorchestrator.config.ScalingSettings;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.plot.Frontier;
import io.rqorchestrator.simulation.Outcome;
import io.rqorchestrator.simulation.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A way to scale that is tried on a workload.
 *
 * @param kind what kind of rule it is
 * @param name for people
 * @param settings what the pool is told
 */
record Contender(Frontier.Kind kind, String name, ScalingSettings settings) {

  /**
   * A contender and what came of it.
   *
   * @param contender who
   * @param outcome what
   */
  record Result(Contender contender, Outcome outcome) {}

  /** The settings as they are. */
  static Contender of(ScalingSettings settings) {
    return settings.minWorkers() == settings.maxWorkers()
        ? constant(settings, settings.maxWorkers())
        : rule(settings);
  }

  /** The settings as they are, and what else could be done within their bounds. */
  static List<Contender> all(ScalingSettings settings) {
    List<Contender> all = new ArrayList<>();
    if (settings.minWorkers() < settings.maxWorkers()) {
      all.add(rule(settings));
    }
    if (settings.minWorkers() > 0 && settings.minWorkers() < settings.maxWorkers()) {
      all.add(constant(settings, settings.minWorkers()));
    }
    all.add(constant(settings, settings.maxWorkers()));
    return all;
  }

  private static Contender rule(ScalingSettings settings) {
    String name = String.format(Locale.ROOT, "rule, threshold %s", settings.threshold());
    return new Contender(Frontier.Kind.RULE, name, settings);
  }

  private static Contender constant(ScalingSettings settings, int workers) {
    return new Contender(
        Frontier.Kind.STATIC, "static " + workers, settings.withWorkers(workers, workers));
  }

  Result runs(Jobs jobs) {
    return runs(jobs, (at, event) -> {});
  }

  /** Simulates; the sink is told of all that happens, at ticks that count from 0. */
  Result runs(Jobs jobs, EventSink events) {
    return new Result(
        this,
        Simulation.run(Scaling.simulated(settings, jobs.startDelay()), jobs.queues(), events));
  }
}
