package io.rqorchestrator.control;

/** Who sets the pool's size: the policy, or an operator. */
public sealed interface SizeOverride {

  /** The policy does. */
  record None() implements SizeOverride {}

  /**
   * Nobody does: the size stays as it was when the scaling was paused.
   *
   * @param at number of active workers kept
   */
  record Paused(int at) implements SizeOverride {}

  /**
   * An operator does.
   *
   * @param at number of active workers wanted
   */
  record HeldAt(int at) implements SizeOverride {}

  /** In a few words, as log and status show it. */
  default String describe() {
    if (this instanceof Paused paused) {
      return "paused at " + paused.at();
    }
    return this instanceof HeldAt held ? "held at " + held.at() : "follows the load";
  }
}
