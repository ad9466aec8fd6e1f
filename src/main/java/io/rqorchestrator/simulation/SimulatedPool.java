package io.rqorchestrator.simulation;

import io.rqorchestrator.pool.PoolRules;
import io.rqorchestrator.scaling.ScalingPolicy;
import io.rqorchestrator.supervisor.SupervisorRules;
import java.util.Optional;

/**
 * The pool to simulate.
 *
 * @param rules what the supervisor keeps to; it must not stop at empty queues
 * @param poolRules what the planner keeps to
 * @param policy the rule for its size, used by one simulation only if it remembers anything
 * @param times how long its workers take to come and to go
 * @param weight what it takes of memory; empty: that cannot be read
 */
public record SimulatedPool(
    SupervisorRules rules,
    PoolRules poolRules,
    ScalingPolicy policy,
    WorkerTimes times,
    Optional<PoolWeight> weight) {

  /** Refuses a burst pool: it would end before the workload does. */
  public SimulatedPool {
    if (rules.burst()) {
      throw new IllegalArgumentException("a simulated pool must not be a burst pool");
    }
  }
}
