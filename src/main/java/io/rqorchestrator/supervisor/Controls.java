package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.DroppedLines;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.PoolStatus.Identity;
import io.rqorchestrator.control.SizeOverride;
import io.rqorchestrator.control.SizeOverrideStore;
import io.rqorchestrator.control.SizeSettings;
import io.rqorchestrator.scaling.Aim;
import io.rqorchestrator.scaling.ScalingPolicy;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How the supervisor is connected with those who watch and steer it.
 *
 * @param identity what the pool is called
 * @param aim what the size keeps to, to begin with
 * @param sizeOverride where an operator's word outlives the daemon
 * @param check names the rule that changed settings would break; empty if they can be run
 * @param policyFor the policy for another aim
 * @param viewer takes the status after each turn, if anybody looks; must not block
 * @param dropped lines that were dropped so far; must not block
 */
public record Controls(
    Identity identity,
    Aim aim,
    SizeOverrideStore sizeOverride,
    Function<SizeSettings, Optional<String>> check,
    Function<Aim, ScalingPolicy> policyFor,
    Optional<Consumer<PoolStatus>> viewer,
    Supplier<DroppedLines> dropped) {

  /** Nobody watches, and nothing is remembered. */
  public static final Controls NONE =
      new Controls(
          new Identity("", "", "", 0, "", "", Instant.EPOCH),
          new Aim.Utilization(0.5),
          new Forgetful(),
          sizeSettings -> Optional.empty(),
          aim -> ScalingPolicy.utilization(aim.growsAbove().orElseThrow()),
          Optional.empty(),
          () -> DroppedLines.NONE);

  private static final class Forgetful implements SizeOverrideStore {
    @Override
    public SizeOverride recall() {
      return new SizeOverride.None();
    }

    @Override
    public void keep(SizeOverride sizeOverride) {}

    @Override
    public void whenKept(Consumer<Optional<String>> then) {
      then.accept(Optional.empty());
    }
  }
}
