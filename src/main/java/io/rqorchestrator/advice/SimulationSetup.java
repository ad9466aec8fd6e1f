package io.rqorchestrator.advice;

import io.rqorchestrator.config.Durations;
import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.config.ScalingSettings;
import io.rqorchestrator.pool.PoolRules;
import io.rqorchestrator.pool.RecycleRules;
import io.rqorchestrator.setup.ScalingSetup;
import io.rqorchestrator.simulation.SimulatedPool;
import io.rqorchestrator.simulation.WorkerTimes;
import io.rqorchestrator.text.SizeText;
import io.rqorchestrator.time.DurationMath;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Makes the pool that is simulated, and refuses what cannot be simulated. */
final class SimulationSetup {

  private static final Duration LEAST_START_TIMEOUT = Duration.ofMinutes(1);

  /** A simulation of more samples would take minutes. */
  private static final long MOST_SAMPLES = 5_000_000;

  private SimulationSetup() {}

  /**
   * A pool with these settings, for these workloads.
   *
   * @throws InvalidSetting if it cannot be simulated
   */
  static SimulatedPool pool(ScalingSettings settings, Workloads workloads) {
    check(settings, workloads);
    Duration patience =
        DurationMath.max(workloads.startDelay(), settings.samplingInterval()).multipliedBy(2);
    Duration startTimeout = DurationMath.max(patience, LEAST_START_TIMEOUT);
    PoolRules pool = new PoolRules(1, true, startTimeout, Optional.empty());
    return new SimulatedPool(
        ScalingSetup.rules(settings, false, pool, RecycleRules.NONE),
        ScalingSetup.sizeSettings(settings),
        ScalingSetup.policy(settings),
        WorkerTimes.startingIn(workloads.startDelay()),
        workloads.weight());
  }

  private static void check(ScalingSettings settings, Workloads workloads) {
    if (settings.memory().budget().isPresent() && workloads.weight().isEmpty()) {
      throw new InvalidSetting(
          "--memory-budget",
          SizeText.setting(settings.memory().budget().getAsLong()),
          "needs --worker-memory in a simulation: give what one worker takes");
    }
    if (settings.memory().minFree().isPresent()) {
      throw new InvalidSetting(
          "--min-free-memory",
          SizeText.setting(settings.memory().minFree().getAsLong()),
          "cannot be simulated: leave it out");
    }
    if (takesTooLong(settings, workloads)) {
      throw new InvalidSetting(
          "--sampling-interval",
          Durations.format(settings.samplingInterval()),
          String.format(
              Locale.ROOT,
              "means %,d samples until %d workers have done these jobs: must be at most %,d, so"
                  + " raise it, or shorten the jobs",
              samples(settings, workloads),
              settings.maxWorkers(),
              MOST_SAMPLES));
    }
  }

  /** Whether the simulation would take minutes. */
  static boolean takesTooLong(ScalingSettings settings, Workloads workloads) {
    return samples(settings, workloads) > MOST_SAMPLES;
  }

  private static long samples(ScalingSettings settings, Workloads workloads) {
    return timeFor(settings, workloads).dividedBy(settings.samplingInterval());
  }

  /** The time after which max workers have done all jobs, even if they begin after the last one. */
  private static Duration timeFor(ScalingSettings settings, Workloads workloads) {
    return workloads
        .span()
        .plus(
            DurationMath.max(
                workloads.longest(), workloads.work().dividedBy(settings.maxWorkers())));
  }
}
