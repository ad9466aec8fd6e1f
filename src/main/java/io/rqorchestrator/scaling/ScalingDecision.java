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

  /** The decision in one line, as log, history and status show it. */
  String describe();

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

    @Override
    public String describe() {
      return "grow %d -> %d: %s".formatted(from, to, reason.text());
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

    @Override
    public String describe() {
      return "shrink %d -> %d: %s".formatted(from, to, reason.text());
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

    @Override
    public String describe() {
      return "hold at %d: %s".formatted(from, reason.text());
    }
  }

  /** The decision that leads from one size to another. */
  static ScalingDecision of(int from, int to, int wants, Reason reason) {
    if (to > from) {
      return new Grow(from, to, wants, reason);
    }
    return to < from ? new Shrink(from, to, wants, reason) : new Hold(from, wants, reason);
  }
}
