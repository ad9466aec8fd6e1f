package io.rqorchestrator.control;

import io.rqorchestrator.scaling.Aim;
import io.rqorchestrator.wire.WireName;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.StringJoiner;

/** What an operator may ask of a running pool. The word for it is the control socket's verb. */
public sealed interface Command {

  /** The verb of {@link Scale} and {@link ScaleBy}. */
  String SCALE = "scale";

  /** The verb of {@link Auto}. */
  String AUTO = "auto";

  /** The verb of {@link Pause}. */
  String PAUSE = "pause";

  /** The verb of {@link Resume}. */
  String RESUME = "resume";

  /** The verb of {@link Set}. */
  String SET = "set";

  /** The verb of {@link Restart}. */
  String RESTART = "restart";

  /** The verb of {@link Drain}. */
  String DRAIN = "drain";

  /** As an operator types it. */
  String describe();

  /** Hold the pool at {@code to} active workers until {@link Auto}. */
  @WireName(SCALE)
  record Scale(int to) implements Command {
    @Override
    public String describe() {
      return "scale " + to;
    }
  }

  /** Hold the pool at {@code by} workers more, or fewer if negative, than are wanted now. */
  @WireName(SCALE)
  record ScaleBy(int by) implements Command {
    @Override
    public String describe() {
      return String.format(Locale.ROOT, "scale %+d", by);
    }
  }

  /** Let the size follow the load again. */
  @WireName(AUTO)
  record Auto() implements Command {
    @Override
    public String describe() {
      return "scale auto";
    }
  }

  /** Stop scaling; workers go on, and dead ones are replaced. */
  @WireName(PAUSE)
  record Pause() implements Command {
    @Override
    public String describe() {
      return PAUSE;
    }
  }

  /** End a pause. */
  @WireName(RESUME)
  record Resume() implements Command {
    @Override
    public String describe() {
      return RESUME;
    }
  }

  /**
   * Change settings until the daemon's end. What is empty stays.
   *
   * @param min fewest active workers
   * @param max most live workers
   * @param aim what the size keeps to
   */
  @WireName(SET)
  record Set(OptionalInt min, OptionalInt max, Optional<Aim> aim) implements Command {
    @Override
    public String describe() {
      StringJoiner words = new StringJoiner(" ");
      words.add(SET);
      min.ifPresent(count -> words.add("min-workers=" + count));
      max.ifPresent(count -> words.add("max-workers=" + count));
      aim.ifPresent(rule -> words.add(rule.setting()));
      return words.toString();
    }
  }

  /** Replace every worker, one after the other, none in the middle of a job. */
  @WireName(RESTART)
  record Restart() implements Command {
    @Override
    public String describe() {
      return RESTART;
    }
  }

  /** Stop the daemon; every worker finishes its job. */
  @WireName(DRAIN)
  record Drain() implements Command {
    @Override
    public String describe() {
      return DRAIN;
    }
  }

  /** Whether the pool does as asked. */
  sealed interface Answer {

    /** What is said of it, in one line. */
    String text();

    /** It does; {@code text} says what changes. */
    record Accepted(String text) implements Answer {
      @Override
      public Optional<String> refusal() {
        return Optional.empty();
      }
    }

    /** It does not; {@code text} names the value, the rule, and what to do. */
    record Refused(String text) implements Answer {
      @Override
      public Optional<String> refusal() {
        return Optional.of(text);
      }
    }

    /** The reason of a refusal; empty if the command was accepted. */
    Optional<String> refusal();
  }
}
