package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.SizeOverride;
import io.rqorchestrator.control.SizeSettings;
import io.rqorchestrator.scaling.Aim;
import java.util.Optional;

/**
 * What options and operators say about the pool's size at one moment.
 *
 * @param settings min, max and what the size keeps to
 * @param override the size that an operator has set
 * @param lowered whether an operator has lowered max and there are still more workers than that
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

  /** The size that an operator has set, within min and max; empty if the policy decides. */
  Optional<Integer> size() {
    return override.size().map(settings::bounded);
  }

  /** The size within min and max that is nearest to {@code wanted}. */
  int bounded(int wanted) {
    return settings.bounded(wanted);
  }

  /**
   * Whether superfluous workers are retired only while they are idle. What an operator wants does
   * not wait: busy workers are asked to go, and finish their jobs.
   */
  boolean waitsForIdle() {
    return !lowered && size().isEmpty();
  }
}
