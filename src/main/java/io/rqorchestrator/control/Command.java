package io.rqorchestrator.control;

import io.rqorchestrator.scaling.Aim;
import io.rqorchestrator.wire.WireName;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.StringJoiner;

/** A command of an operator to a running pool. The wire name is the verb on the control socket. */
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

  /** The command as an operator types it. */
  String describe();

  /** Hold the pool at {@code to} active workers until {@link Auto}. */
  @WireName(SCALE)
  record Scale(int to) implements Command {
    @Override
    public String describe() {
      return "scale " + to;
    }
  }

  /** Hold the pool at {@code by} workers more (fewer if negative) than are wanted now. */
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

  /** Stop scaling; workers keep running, and dead workers are replaced. */
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
   * Change settings until the daemon ends. Empty ones stay unchanged.
   *
   * @param min fewest active workers
   * @param max most live workers
   * @param aim the utilization threshold or the target wait
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

  /** Replace every worker, one after the other, without interrupting jobs. */
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

  /** Whether the pool accepts the command. */
  sealed interface Answer {

    /** The answer in one line, for people. */
    String text();

    /** The command is accepted; {@code text} says what changes. */
    record Accepted(String text) implements Answer {
      @Override
      public Optional<String> refusal() {
        return Optional.empty();
      }
    }

    /** The command is refused; {@code text} names the value, the rule, and what to do. */
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
