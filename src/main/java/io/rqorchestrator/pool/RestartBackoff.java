package io.rqorchestrator.pool;

import io.rqorchestrator.time.DurationMath;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a place stays vacant after its worker failed: 1 s, doubled with each further failure in
 * a row, at most 60 s. Each wait is shortened at random by up to a fifth, so that places are not
 * filled at the same moment.
 */
public final class RestartBackoff {

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final double JITTER = 0.2;

  private final RandomGenerator random;

  /**
   * @param random where the jitter comes from
   */
  public RestartBackoff(RandomGenerator random) {
    this.random = random;
  }

  /**
   * The wait after the {@code failures}-th failure in a row.
   *
   * @param failures 1 or more
   */
  public Duration after(int failures) {
    int doublings = Math.min(failures - 1, 6);
    Duration full = FIRST.multipliedBy(1L << doublings);
    Duration capped = DurationMath.min(full, LONGEST);
    return Duration.ofMillis(Math.round(capped.toMillis() * (1 - JITTER * random.nextDouble())));
  }
}
