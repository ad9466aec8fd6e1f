package io.rqorchestrator.scaling;

/** What to do about the pool's size, and why. */
public sealed interface ScalingDecision {

  /** Why. */
  Reason reason();

  /** Number of active workers the decision was made on. */
  int from();

  /** Number of active workers wanted. */
  int to();

  /** Add workers. */
  record Grow(int from, int to, Reason reason) implements ScalingDecision {}

  /** Retire workers. */
  record Shrink(int from, int to, Reason reason) implements ScalingDecision {}

  /** Leave the size as it is; as much a decision as the others. */
  record Hold(int from, Reason reason) implements ScalingDecision {
    @Override
    public int to() {
      return from;
    }
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
