package io.rqorchestrator.cli;

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

/**
 * The scaling settings in the words of each layer; the same for a real pool and a simulated one.
 */
final class Scaling {

  private static final Duration LEAST_START_TIMEOUT = Duration.ofMinutes(1);

  /** A simulation of more would take minutes. */
  private static final long MOST_SAMPLES = 5_000_000;

  private Scaling() {}

  /**
   * A pool to simulate on these jobs.
   *
   * @throws InvalidSetting if a memory guard cannot be simulated
   */
  static SimulatedPool simulated(ScalingSettings settings, Workloads jobs) {
    if (settings.memory().budget().isPresent() && jobs.weight().isEmpty()) {
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
    if (takesTooLong(settings, jobs)) {
      throw new InvalidSetting(
          "--sampling-interval",
          Durations.format(settings.samplingInterval()),
          String.format(
              Locale.ROOT,
              "makes it %,d samples until %d workers have done these jobs: must be at most %,d, so"
                  + " raise it, or shorten the jobs",
              samples(settings, jobs),
              settings.maxWorkers(),
              MOST_SAMPLES));
    }
    Duration patience =
        DurationMath.max(jobs.startDelay(), settings.samplingInterval()).multipliedBy(2);
    Duration startTimeout = DurationMath.max(patience, LEAST_START_TIMEOUT);
    PoolRules pool = new PoolRules(1, true, startTimeout, Optional.empty());
    return new SimulatedPool(
        ScalingSetup.rules(settings, false, pool, RecycleRules.NONE),
        ScalingSetup.sizeSettings(settings),
        ScalingSetup.policy(settings),
        WorkerTimes.startingIn(jobs.startDelay()),
        jobs.weight());
  }

  /** Whether the simulation of such a pool on these jobs would take minutes. */
  static boolean takesTooLong(ScalingSettings settings, Workloads jobs) {
    return samples(settings, jobs) > MOST_SAMPLES;
  }

  private static long samples(ScalingSettings settings, Workloads jobs) {
    return timeFor(settings, jobs).dividedBy(settings.samplingInterval());
  }

  /** The time that so many workers take at most, if they do nothing else. */
  private static Duration timeFor(ScalingSettings settings, Workloads jobs) {
    return jobs.span()
        .plus(DurationMath.max(jobs.longest(), jobs.work().dividedBy(settings.maxWorkers())));
  }
}
