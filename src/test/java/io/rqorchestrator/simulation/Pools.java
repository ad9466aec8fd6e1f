package io.rqorchestrator.simulation;

import io.rqorchestrator.pool.PoolRules;
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
    return new SimulatedPool(
        new SupervisorRules(
            min, max, Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(30), false),
        new PoolRules(min, max, 1, true, Duration.ofSeconds(60), Optional.empty()),
        policy,
        WorkerTimes.startingIn(Duration.ofMillis(600)),
        Optional.empty());
  }

  static SimulatedPool sampledEvery(Duration interval, SimulatedPool pool) {
    SupervisorRules rules = pool.rules();
    return new SimulatedPool(
        new SupervisorRules(rules.min(), rules.max(), interval, interval, interval, false),
        pool.poolRules(),
        pool.policy(),
        pool.times(),
        pool.weight());
  }

  static SimulatedPool drainingFor(Duration most, SimulatedPool pool) {
    PoolRules rules = pool.poolRules();
    return new SimulatedPool(
        pool.rules(),
        new PoolRules(
            rules.min(),
            rules.max(),
            rules.restartSurge(),
            rules.scheduler(),
            rules.startTimeout(),
            Optional.of(most)),
        pool.policy(),
        pool.times(),
        pool.weight());
  }
}
