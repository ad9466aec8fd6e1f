package io.rqorchestrator.scaling;

import io.rqorchestrator.time.Seconds;
import java.time.Duration;

/**
 * Workers that are not the pool's and that take jobs from the queues in which jobs wait.
 *
 * @param idle those that wait for a job, and so take one at once
 * @param busy those that hold a job, of any of their queues
 * @param pools other elastic pools among those that they belong to: each of them answers the same
 *     backlog
 */
public record ForeignCapacity(int idle, int busy, int pools) {

  /** Nobody else takes these jobs. */
  public static final ForeignCapacity NONE = new ForeignCapacity(0, 0, 0);

  /**
   * How many of them will take a waiting job within {@code target}. How long a busy one has held
   * its job is not known here, so it is expected to be free like one that has just begun: a job of
   * mean duration <i>s</i> ends in time with {@code 1 - exp(-target / s)}.
   *
   * @param meanService in seconds, more than 0
   */
  double soonFree(Duration target, double meanService) {
    return idle + busy * (1 - Math.exp(-Seconds.of(target) / meanService));
  }

  /**
   * This pool's part of the workers that are missing. Pools that share a queue divide them evenly.
   * What another pool has no room for is still missing at the next decision, and divided again.
   */
  double partOf(double missing) {
    return missing / (1 + pools);
  }

  /** Whether there is anybody. */
  boolean isPresent() {
    return idle + busy > 0;
  }

  /** In the words used everywhere. */
  String describe() {
    String others = "foreign %d busy, %d idle".formatted(busy, idle);
    return pools == 0
        ? others
        : others + " (%d other pool%s)".formatted(pools, pools > 1 ? "s" : "");
  }
}
