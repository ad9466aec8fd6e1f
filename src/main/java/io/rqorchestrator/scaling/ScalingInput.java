package io.rqorchestrator.scaling;

import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.time.Tick;
import java.util.Optional;

/**
 * All data that a policy, a bound or a guard may use.
 *
 * @param at now
 * @param min fewest active workers allowed, 0 or more
 * @param max most live workers allowed, at least {@code min} and 1
 * @param workers the workers, counted
 * @param demand the work that waits or was done
 * @param memory the memory that the pool takes
 * @param holdReason why no decision is possible; empty if one is
 */
public record ScalingInput(
    Tick at,
    int min,
    int max,
    Headcount workers,
    Demand demand,
    MemoryUse memory,
    Optional<Reason> holdReason) {

  /** Active workers. */
  public int active() {
    return workers.active();
  }

  /** Load per active worker. */
  public double utilization() {
    return demand.load().utilization(workers.active());
  }

  /** Load, window and queue, for people. */
  String numbers() {
    String window = DurationText.of(demand.load().elapsed());
    String load = ReasonText.two(demand.load().erlang());
    return "load " + load + ", window " + window + ", queued " + demand.queued();
  }
}
