package io.rqorchestrator.scaling;

import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.time.Seconds;
import io.rqorchestrator.wire.WireName;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What decides the pool's size: a utilization threshold or a target wait. Only the one in force is
 * shown.
 */
public sealed interface Aim {

  /** The utilization above which the pool grows; empty if a target wait decides. */
  OptionalDouble growsAbove();

  /** The target wait; empty if the threshold decides. */
  Optional<Duration> targetWait();

  /** The setting that leads to this aim, such as {@code target-wait=1s}. */
  String setting();

  /** The aim for people: {@code utilization threshold 0.5}, {@code target wait 1s}. */
  String describe();

  /**
   * The utilization rule, which is the default.
   *
   * @param threshold utilization above which the pool grows; it shrinks below half of it
   */
  @WireName("utilization")
  record Utilization(@WireName("threshold") double threshold) implements Aim {
    @Override
    public OptionalDouble growsAbove() {
      return OptionalDouble.of(threshold);
    }

    @Override
    public Optional<Duration> targetWait() {
      return Optional.empty();
    }

    @Override
    public String setting() {
      return "utilization-threshold=" + threshold;
    }

    @Override
    public String describe() {
      return "utilization threshold " + threshold;
    }
  }

  /**
   * A target wait.
   *
   * @param target how long jobs may wait
   */
  @WireName("wait")
  record Wait(@WireName("target") Duration target) implements Aim {
    @Override
    public OptionalDouble growsAbove() {
      return OptionalDouble.empty();
    }

    @Override
    public Optional<Duration> targetWait() {
      return Optional.of(target);
    }

    @Override
    public String setting() {
      double seconds = Seconds.of(target);
      boolean isWhole = seconds == Math.rint(seconds);
      return "target-wait=" + (isWhole ? Long.toString((long) seconds) : seconds) + "s";
    }

    @Override
    public String describe() {
      return "target wait " + DurationText.of(target);
    }
  }
}
