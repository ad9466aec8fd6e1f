package io.rqorchestrator.scaling;

import java.util.Optional;

/** A bound or a guard: it may move a size on its way from the policy to the decision. */
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
   * @param size what the policy wants, or what the limits before this one left of it
   * @return empty if there is nothing against it
   */
  Optional<Moved> limit(int size, ScalingInput input);

  /** What of the pool's memory leaves no room for one more worker; empty if there is room. */
  default Optional<String> tight(MemoryUse memory) {
    return Optional.empty();
  }
}
