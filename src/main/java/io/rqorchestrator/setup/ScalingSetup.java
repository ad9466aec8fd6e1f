package io.rqorchestrator.setup;

import io.rqorchestrator.config.ScalingSettings;
import io.rqorchestrator.config.WaitSettings;
import io.rqorchestrator.control.SizeSettings;
import io.rqorchestrator.pool.PoolRules;
import io.rqorchestrator.pool.RecycleRules;
import io.rqorchestrator.scaling.Aim;
import io.rqorchestrator.scaling.ScalingPolicy;
import io.rqorchestrator.scaling.ScalingRules;
import io.rqorchestrator.scaling.TargetWait;
import io.rqorchestrator.supervisor.SupervisorRules;

/** The scaling settings in the terms of each layer; the same for a real and a simulated pool. */
public final class ScalingSetup {

  private ScalingSetup() {}

  /**
   * The supervisor's rules.
   *
   * @param burst whether the pool stops once its queues are empty
   */
  public static SupervisorRules rules(
      ScalingSettings settings, boolean burst, PoolRules pool, RecycleRules recycling) {
    return new SupervisorRules(
        settings.scalingPeriod(),
        settings.samplingInterval(),
        settings.window(),
        burst,
        pool,
        recycling);
  }

  /** What operators can change while the pool runs. */
  public static SizeSettings sizeSettings(ScalingSettings settings) {
    return new SizeSettings(settings.minWorkers(), settings.maxWorkers(), aim(settings));
  }

  /** What the pool's size aims at. */
  public static Aim aim(ScalingSettings settings) {
    return settings
        .targetWait()
        .<Aim>map(wait -> new Aim.Wait(wait.target()))
        .orElseGet(() -> new Aim.Utilization(settings.threshold()));
  }

  /**
   * The same settings with another aim.
   *
   * @throws io.rqorchestrator.config.InvalidSetting if the aim is not allowed
   */
  public static ScalingSettings aimedAt(Aim aim, ScalingSettings settings) {
    return aim instanceof Aim.Wait wait
        ? settings.withTargetWait(wait.target())
        : settings.withoutTargetWait().withThreshold(aim.growsAbove().orElseThrow());
  }

  /** A new policy for the pool's size. A policy may have state, so each pool needs its own. */
  public static ScalingPolicy policy(ScalingSettings settings) {
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
}
