package io.rqorchestrator.simulation;

import io.rqorchestrator.control.SizeSettings;
import io.rqorchestrator.scaling.ScalingPolicy;
import io.rqorchestrator.supervisor.SupervisorRules;
import java.util.Optional;

/**
 * The pool to simulate.
 *
 * @param rules the rules of the supervisor; it must not stop at empty queues
 * @param settings min and max, and what the size keeps to
 * @param policy the rule for its size, used by one simulation only if it remembers anything
 * @param times how long its workers take to come and to go
 * @param weight what it takes of memory; empty: that cannot be read
 */
public record SimulatedPool(
    SupervisorRules rules,
    SizeSettings settings,
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
