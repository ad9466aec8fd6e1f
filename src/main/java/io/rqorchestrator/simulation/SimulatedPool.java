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
 * @param policy the scaling policy; a policy with a state must be used by one simulation only
 * @param times how long its workers take to start and to stop
 * @param weight its memory; empty: the pool cannot read its memory
 */
public record SimulatedPool(
    SupervisorRules rules,
    SizeSettings settings,
    ScalingPolicy policy,
    WorkerTimes times,
    Optional<PoolWeight> weight) {

  /** Refuses a burst pool, which would end before the workload. */
  public SimulatedPool {
    if (rules.burst()) {
      throw new IllegalArgumentException("a simulated pool must not be a burst pool");
    }
  }
}
