package io.rqorchestrator.simulation;

import io.rqorchestrator.control.SizeSettings;
import io.rqorchestrator.pool.PoolRules;
import io.rqorchestrator.pool.RecycleRules;
import io.rqorchestrator.scaling.Aim;
import io.rqorchestrator.scaling.ScalingPolicy;
import io.rqorchestrator.supervisor.SupervisorRules;
import java.time.Duration;
import java.util.Optional;

/** Pools to simulate: everything that is not named is at its default. */
final class Pools {

  private Pools() {}

  /** A pool that keeps its size. */
  static SimulatedPool constant(int workers) {
    return pool(workers, workers, ScalingPolicy.utilization(0.5));
  }

  static SimulatedPool pool(int min, int max, ScalingPolicy policy) {
    PoolRules rules = new PoolRules(1, true, Duration.ofSeconds(60), Optional.empty());
    return new SimulatedPool(
        new SupervisorRules(
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            false,
            rules,
            RecycleRules.NONE),
        new SizeSettings(min, max, new Aim.Utilization(0.5)),
        policy,
        WorkerTimes.startingIn(Duration.ofMillis(600)),
        Optional.empty());
  }

  static SimulatedPool sampledEvery(Duration interval, SimulatedPool pool) {
    SupervisorRules rules =
        new SupervisorRules(
            interval, interval, interval, false, pool.rules().pool(), RecycleRules.NONE);
    return with(rules, pool);
  }

  static SimulatedPool drainingFor(Duration most, SimulatedPool pool) {
    SupervisorRules rules = pool.rules();
    PoolRules draining =
        new PoolRules(
            rules.pool().restartSurge(),
            rules.pool().scheduler(),
            rules.pool().startTimeout(),
            Optional.of(most));
    return with(
        new SupervisorRules(
            rules.scalingPeriod(),
            rules.samplingInterval(),
            rules.window(),
            false,
            draining,
            RecycleRules.NONE),
        pool);
  }

  private static SimulatedPool with(SupervisorRules rules, SimulatedPool pool) {
    return new SimulatedPool(rules, pool.settings(), pool.policy(), pool.times(), pool.weight());
  }
}
