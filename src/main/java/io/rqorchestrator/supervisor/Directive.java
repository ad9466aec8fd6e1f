package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.SizeOverride;
import io.rqorchestrator.control.SizeSettings;
import io.rqorchestrator.scaling.Aim;
import java.util.Optional;

/**
 * The requirements of options and operators for the pool's size at one moment.
 *
 * @param settings min, max and aim
 * @param override the operator's size override
 * @param lowered whether an operator has lowered max and the pool is still larger than max
 */
record Directive(SizeSettings settings, SizeOverride override, boolean lowered) {

  int min() {
    return settings.min();
  }

  int max() {
    return settings.max();
  }

  Aim aim() {
    return settings.aim();
  }

  /** The size of the override, within min and max; empty if the policy decides the size. */
  Optional<Integer> size() {
    return override.size().map(settings::bounded);
  }

  /** The size within min and max that is nearest to {@code wanted}. */
  int bounded(int wanted) {
    return settings.bounded(wanted);
  }

  /**
   * Whether only idle workers are retired. With a size override or a lowered max, busy workers are
   * retired, too; they finish their jobs.
   */
  boolean waitsForIdle() {
    return !lowered && size().isEmpty();
  }
}
