package io.rqorchestrator.control;

import java.util.Optional;

/** An operator's override of the pool's size, or none. */
public sealed interface SizeOverride {

  /** The number of active workers that an operator has set; empty if the policy decides. */
  Optional<Integer> size();

  /** The override in a few words, as log and status show it. */
  String describe();

  /** The policy decides. */
  record None() implements SizeOverride {
    @Override
    public Optional<Integer> size() {
      return Optional.empty();
    }

    @Override
    public String describe() {
      return "follows the load";
    }
  }

  /**
   * Scaling is paused: the size stays as it was at that moment.
   *
   * @param at number of active workers to keep
   */
  record Paused(int at) implements SizeOverride {
    @Override
    public Optional<Integer> size() {
      return Optional.of(at);
    }

    @Override
    public String describe() {
      return "paused at " + at;
    }
  }

  /**
   * An operator decides.
   *
   * @param at number of active workers to hold
   */
  record HeldAt(int at) implements SizeOverride {
    @Override
    public Optional<Integer> size() {
      return Optional.of(at);
    }

    @Override
    public String describe() {
      return "held at " + at;
    }
  }
}
