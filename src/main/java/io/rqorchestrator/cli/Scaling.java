package io.rqorchestrator.cli;

import io.rqorchestrator.config.Durations;
import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.config.ScalingSettings;
import io.rqorchestrator.config.WaitSettings;
import io.rqorchestrator.pool.PoolRules;
import io.rqorchestrator.scaling.Aim;
import io.rqorchestrator.scaling.ScalingPolicy;
import io.rqorchestrator.scaling.ScalingRules;
import io.rqorchestrator.scaling.TargetWait;
import io.rqorchestrator.simulation.SimulatedPool;
import io.rqorchestrator.simulation.WorkerTimes;
import io.rqorchestrator.supervisor.SupervisorRules;
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
   * For the supervisor.
   *
   * @param burst whether to stop once the queues are empty
   */
  static SupervisorRules rules(ScalingSettings settings, boolean burst) {
    return new SupervisorRules(
        settings.minWorkers(),
        settings.maxWorkers(),
        settings.scalingPeriod(),
        settings.samplingInterval(),
        settings.window(),
        burst);
  }

  /** What the size keeps to. */
  static Aim aim(ScalingSettings settings) {
    return settings
        .targetWait()
        .<Aim>map(wait -> new Aim.Wait(wait.target()))
        .orElseGet(() -> new Aim.Utilization(settings.threshold()));
  }

  /**
   * The same settings with another aim.
   *
   * @throws InvalidSetting if it cannot be aimed at
   */
  static ScalingSettings aimedAt(Aim aim, ScalingSettings settings) {
    return aim instanceof Aim.Wait wait
        ? settings.withTargetWait(wait.target())
        : settings.withoutTargetWait().withThreshold(aim.growsAbove().orElseThrow());
  }

  /** The rule for the pool's size. It may remember things, so each pool has its own. */
  static ScalingPolicy policy(ScalingSettings settings) {
    return ScalingPolicy.of(
        new ScalingRules(
            settings.threshold(),
            settings
                .targetWait()
                .map(wait -> new TargetWait(wait.target(), wait.shrinkHold(), wait.longJob())),
            settings.targetWait().map(WaitSettings::maxStep).orElse(1),
            settings.memory().budget(),
            settings.memory().minFree()));
  }

  /**
   * A pool to simulate on these jobs.
   *
   * @throws InvalidSetting if a memory guard cannot be simulated
   */
  static SimulatedPool simulated(ScalingSettings settings, Workloads jobs) {
    if (settings.memory().budget().isPresent() && jobs.weight().isEmpty()) {
      throw new InvalidSetting(
          "--memory-budget",
          (settings.memory().budget().getAsLong() >> 20) + "MB",
          "needs --worker-memory in a simulation: give what one worker takes");
    }
    if (settings.memory().minFree().isPresent()) {
      throw new InvalidSetting(
          "--min-free-memory",
          (settings.memory().minFree().getAsLong() >> 20) + "MB",
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
    Duration patience = longest(jobs.startDelay(), settings.samplingInterval()).multipliedBy(2);
    return new SimulatedPool(
        rules(settings, false),
        new PoolRules(
            settings.minWorkers(),
            settings.maxWorkers(),
            1,
            true,
            longest(patience, LEAST_START_TIMEOUT),
            Optional.empty()),
        policy(settings),
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
    return jobs.span().plus(longest(jobs.longest(), jobs.work().dividedBy(settings.maxWorkers())));
  }

  private static Duration longest(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }
}
