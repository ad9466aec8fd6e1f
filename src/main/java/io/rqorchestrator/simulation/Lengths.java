package io.rqorchestrator.simulation;

import io.rqorchestrator.time.Seconds;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long jobs take. */
@FunctionalInterface
interface Lengths {

  /** The next job's length in seconds. */
  double next(RandomGenerator random);

  /** Every job takes the same time. */
  static Lengths each(Duration length) {
    double seconds = Seconds.of(length);
    return random -> seconds;
  }

  /** Exponentially distributed: many short jobs, and some that take several times the mean. */
  static Lengths mean(Duration mean) {
    double seconds = Seconds.of(mean);
    return random -> seconds * exponential(random);
  }

  /** {@code some} for a share of the jobs, {@code others} for the rest. */
  static Lengths mix(double share, Lengths some, Lengths others) {
    return random -> random.nextDouble() < share ? some.next(random) : others.next(random);
  }

  /**
   * An exponentially distributed number with mean 1. StrictMath gives the same number for a seed on
   * every machine.
   */
  static double exponential(RandomGenerator random) {
    return -StrictMath.log(1 - random.nextDouble());
  }
}
