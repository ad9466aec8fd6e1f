package io.rqorchestrator.simulation;

import java.time.Duration;

/**
 * How long a worker takes to start and to stop.
 *
 * @param start time from its spawn until it takes jobs
 * @param pop how long an idle worker blocks in Redis before it checks for a request to stop
 * @param exit time from the end of its loop to the end of its process
 */
public record WorkerTimes(Duration start, Duration pop, Duration exit) {

  /** The blocking pop of a worker in our worker host. */
  private static final Duration POP = Duration.ofSeconds(1);

  /** The time that Python needs to end, as measured on real workers. */
  private static final Duration EXIT = Duration.ofMillis(100);

  /** Refuses negative times, and pops of length 0. */
  public WorkerTimes {
    if (start.isNegative() || exit.isNegative() || pop.isNegative() || pop.isZero()) {
      throw new IllegalArgumentException("times must not be negative, and pop must be more than 0");
    }
  }

  /** Workers in our worker host that take this long to start. */
  public static WorkerTimes startingIn(Duration start) {
    return new WorkerTimes(start, POP, EXIT);
  }
}
