package io.rqorchestrator.scaling;

import io.rqorchestrator.wire.WireName;

/** A change of the pool's size, or none, and the reason. */
public sealed interface ScalingDecision {

  /** Number of active workers when the decision was made. */
  int from();

  /** Number of active workers to have. */
  int to();

  /** Number of active workers that the policy wants, before bounds and guards. */
  int wants();

  /** The last bound or guard that changed the size; the policy's reason if none did. */
  Reason reason();

  /** Add workers. */
  @WireName("grow")
  record Grow(
      @WireName("from") int from,
      @WireName("to") int to,
      @WireName("wants") int wants,
      @WireName("reason") Reason reason)
      implements ScalingDecision {

    /** A step that nothing stood in the way of. */
    public Grow(int from, int to, Reason reason) {
      this(from, to, to, reason);
    }
  }

  /** Retire workers. */
  @WireName("shrink")
  record Shrink(
      @WireName("from") int from,
      @WireName("to") int to,
      @WireName("wants") int wants,
      @WireName("reason") Reason reason)
      implements ScalingDecision {

    /** A step that nothing stood in the way of. */
    public Shrink(int from, int to, Reason reason) {
      this(from, to, to, reason);
    }
  }

  /** Leave the size as it is. */
  @WireName("hold")
  record Hold(
      @WireName("from") int from, @WireName("wants") int wants, @WireName("reason") Reason reason)
      implements ScalingDecision {

    /** Leaves the size as it is wanted, or holds it without a policy. */
    public Hold(int from, Reason reason) {
      this(from, from, reason);
    }

    @Override
    public int to() {
      return from;
    }
  }

  /** The decision that leads from one size to another. */
  static ScalingDecision of(int from, int to, int wants, Reason reason) {
    if (to > from) {
      return new Grow(from, to, wants, reason);
    }
    return to < from ? new Shrink(from, to, wants, reason) : new Hold(from, wants, reason);
  }

  /** The decision in one line, as log, history and status show it. */
  default String describe() {
    if (this instanceof Hold) {
      return "hold at %d: %s".formatted(from(), reason().text());
    }
    String verb = this instanceof Grow ? "grow" : "shrink";
    return "%s %d -> %d: %s".formatted(verb, from(), to(), reason().text());
  }
}
