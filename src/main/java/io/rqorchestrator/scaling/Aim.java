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

  /**
   * The utilization rule, which is the default.
   *
   * @param threshold utilization above which the pool grows; it shrinks below half of it
   */
  @WireName("utilization")
  record Utilization(@WireName("threshold") double threshold) implements Aim {}

  /**
   * A target wait.
   *
   * @param target how long jobs may wait
   */
  @WireName("wait")
  record Wait(@WireName("target") Duration target) implements Aim {}

  /** The utilization above which the pool grows; empty if a target wait decides. */
  default OptionalDouble growsAbove() {
    return this instanceof Utilization rule
        ? OptionalDouble.of(rule.threshold())
        : OptionalDouble.empty();
  }

  /** The target wait; empty if the threshold decides. */
  default Optional<Duration> targetWait() {
    return this instanceof Wait wait ? Optional.of(wait.target()) : Optional.empty();
  }

  /** The setting that chooses this aim, such as {@code target-wait=1s}. */
  default String setting() {
    return this instanceof Wait wait
        ? "target-wait=" + exact(wait.target())
        : "utilization-threshold=" + growsAbove().orElseThrow();
  }

  /** For people: {@code utilization threshold 0.5}, {@code target wait 1s}. */
  default String describe() {
    return this instanceof Wait wait
        ? "target wait " + DurationText.of(wait.target())
        : "utilization threshold " + growsAbove().orElseThrow();
  }

  private static String exact(Duration duration) {
    double seconds = Seconds.of(duration);
    return (seconds == Math.rint(seconds) ? Long.toString((long) seconds) : seconds) + "s";
  }
}
