package io.rqorchestrator.control;

import io.rqorchestrator.scaling.Aim;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.StringJoiner;

/** What an operator may ask of a running pool. */
public sealed interface Command {

  /** Hold the pool at {@code to} active workers until {@link Auto}. */
  record Scale(int to) implements Command {}

  /** Hold the pool at {@code by} workers more, or fewer if negative, than are wanted now. */
  record ScaleBy(int by) implements Command {}

  /** Let the size follow the load again. */
  record Auto() implements Command {}

  /** Stop scaling; workers go on, and dead ones are replaced. */
  record Pause() implements Command {}

  /** End a pause. */
  record Resume() implements Command {}

  /**
   * Change settings until the daemon's end. What is empty stays.
   *
   * @param min fewest active workers
   * @param max most live workers
   * @param aim what the size keeps to
   */
  record Set(OptionalInt min, OptionalInt max, Optional<Aim> aim) implements Command {}

  /** Replace every worker, one after the other, none in the middle of a job. */
  record Restart() implements Command {}

  /** Stop the daemon; every worker finishes its job. */
  record Drain() implements Command {}

  /** As an operator types it. */
  default String describe() {
    if (this instanceof Scale scale) {
      return "scale " + scale.to();
    }
    if (this instanceof ScaleBy scale) {
      return String.format(Locale.ROOT, "scale %+d", scale.by());
    }
    if (this instanceof Auto) {
      return "scale auto";
    }
    if (this instanceof Set set) {
      StringJoiner words = new StringJoiner(" ");
      words.add("set");
      set.min().ifPresent(min -> words.add("min-workers=" + min));
      set.max().ifPresent(max -> words.add("max-workers=" + max));
      set.aim().ifPresent(aim -> words.add(aim.setting()));
      return words.toString();
    }
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** Whether the pool does as asked. */
  sealed interface Answer {

    /** What is said of it, in one line. */
    String text();

    /** It does; {@code text} says what changes. */
    record Accepted(String text) implements Answer {}

    /** It does not; {@code text} names the value, the rule, and what to do. */
    record Refused(String text) implements Answer {}

    /** The reason of a refusal; empty if the command was accepted. */
    default Optional<String> refusal() {
      return this instanceof Refused refused ? Optional.of(refused.text()) : Optional.empty();
    }
  }
}
