package io.rqorchestrator.scaling;

import io.rqorchestrator.wire.WireName;

/** What to do about the pool's size, and why. */
public sealed interface ScalingDecision {

  /** Number of active workers the decision was made on. */
  int from();

  /** Number of active workers to have. */
  int to();

  /** Number of active workers that the policy wants, before bounds and guards. */
  int wants();

  /** What binds: the last bound or guard that moved the size, or else the policy. */
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

  /** Leave the size as it is; as much a decision as the others. */
  @WireName("hold")
  record Hold(
      @WireName("from") int from, @WireName("wants") int wants, @WireName("reason") Reason reason)
      implements ScalingDecision {

    /** The size is as it is wanted, or nobody was asked. */
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
