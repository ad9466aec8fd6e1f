package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.PoolStatus.Identity;
import io.rqorchestrator.control.Setpoints;
import io.rqorchestrator.control.Steering;
import io.rqorchestrator.control.SteeringStore;
import io.rqorchestrator.scaling.ScalingPolicy;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;
import java.util.function.Function;

/**
 * How the supervisor is connected with those who watch and steer it.
 *
 * @param identity what the pool is called
 * @param threshold utilization above which the pool grows, to begin with
 * @param steering where an operator's word outlives the daemon
 * @param check names the rule that changed settings would break; empty if they can be run
 * @param policyAt the policy at another threshold
 * @param viewer takes the status after each turn, if anybody looks; must not block
 */
public record Controls(
    Identity identity,
    double threshold,
    SteeringStore steering,
    Function<Setpoints, Optional<String>> check,
    DoubleFunction<ScalingPolicy> policyAt,
    Optional<Consumer<PoolStatus>> viewer) {

  /** Nobody watches, and nothing is remembered. */
  public static final Controls NONE =
      new Controls(
          new Identity("", "", "", 0, "", "", Instant.EPOCH),
          0.5,
          new Forgetful(),
          setpoints -> Optional.empty(),
          ScalingPolicy::utilization,
          Optional.empty());

  private static final class Forgetful implements SteeringStore {
    @Override
    public Steering recall() {
      return new Steering.Auto();
    }

    @Override
    public Optional<String> keep(Steering steering) {
      return Optional.empty();
    }
  }
}
