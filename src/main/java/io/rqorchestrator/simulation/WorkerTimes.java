package io.rqorchestrator.simulation;

import java.time.Duration;

/**
 * How long a worker takes to come and to go.
 *
 * @param start from its spawn until it takes jobs
 * @param pop how long an idle worker blocks in Redis before it looks whether it was asked to go
 * @param exit from the end of its loop to the end of its process
 */
public record WorkerTimes(Duration start, Duration pop, Duration exit) {

  /** Blocking pop of a worker in our worker host. */
  private static final Duration POP = Duration.ofSeconds(1);

  /** What Python needs to end, as measured on real workers. */
  private static final Duration EXIT = Duration.ofMillis(100);

  /** Refuses negative times, and pops that take none. */
  public WorkerTimes {
    if (start.isNegative() || exit.isNegative() || pop.isNegative() || pop.isZero()) {
      throw new IllegalArgumentException("times must not be negative, and a pop takes some");
    }
  }

  /** Workers in our worker host that take this long to start. */
  public static WorkerTimes startingIn(Duration start) {
    return new WorkerTimes(start, POP, EXIT);
  }
}
