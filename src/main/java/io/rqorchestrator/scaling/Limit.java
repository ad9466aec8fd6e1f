package io.rqorchestrator.scaling;

import java.util.Optional;

/**
 * A bound or a guard: it may change the size that the policy wants before that becomes the
 * decision.
 */
@FunctionalInterface
interface Limit {

  /**
   * Where a size was moved to.
   *
   * @param size number of active workers
   * @param code the kind of reason
   * @param text the reason in a few words, to be read after "wants 6 (...), "
   */
  record Moved(int size, Reason.Code code, String text) {}

  /**
   * Moves a size.
   *
   * @param size the size the policy wants, after the changes by earlier limits
   * @return empty if this limit accepts the size
   */
  Optional<Moved> limit(int size, ScalingInput input);

  /** Why the pool's memory has no room for one more worker; empty if it has. */
  default Optional<String> memoryShortage(MemoryUse memory) {
    return Optional.empty();
  }
}
