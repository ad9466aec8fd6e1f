package io.rqorchestrator.scaling;

import io.rqorchestrator.time.Seconds;
import java.time.Duration;

/**
 * Workers outside this pool that serve the queues in which jobs wait.
 *
 * @param idle those that wait for a job and take one at once
 * @param busy those that hold a job, from any of their queues
 * @param pools number of other elastic pools among them; each of them reacts to the same backlog
 */
public record ForeignCapacity(int idle, int busy, int pools) {

  /** No other worker takes these jobs. */
  public static final ForeignCapacity NONE = new ForeignCapacity(0, 0, 0);

  /**
   * How many of these workers are expected to take a waiting job within {@code target}: all idle
   * workers, and each busy worker with the probability {@code 1 - exp(-target / s)}, where <i>s</i>
   * is the mean duration of a job. The age of a foreign worker's job is not known, so the job
   * counts as just begun.
   *
   * @param meanService in seconds, more than 0
   */
  double soonFree(Duration target, double meanService) {
    return idle + busy * (1 - Math.exp(-Seconds.of(target) / meanService));
  }

  /**
   * This pool's share of the missing workers. Pools that share a queue divide the missing workers
   * evenly. Workers that another pool has no room for are still missing at the next decision, and
   * are divided again.
   */
  double partOf(double missing) {
    return missing / (1 + pools);
  }

  /** Whether there is any foreign worker. */
  boolean isPresent() {
    return idle + busy > 0;
  }

  /** For people: {@code foreign 2 busy, 1 idle (1 other pool)}. */
  String describe() {
    String others = "foreign %d busy, %d idle".formatted(busy, idle);
    return pools == 0
        ? others
        : others + " (%d other pool%s)".formatted(pools, pools > 1 ? "s" : "");
  }
}
