package io.rqorchestrator.scaling;

import io.rqorchestrator.time.Seconds;
import java.time.Duration;
import java.util.List;

/**
 * The pool's workers, counted.
 *
 * @param active started or starting, and not draining; one that starts is capacity that is coming
 * @param live active ones and those still draining: what the memory holds
 * @param backingOff places whose worker failed and waits to be started again
 * @param inHand of each busy active one, for how long it has held its job
 * @param foreign workers of others on the queues in which jobs wait
 * @param unread active ones whose busy time the newest sample could not read
 */
public record Headcount(
    int active,
    int live,
    int backingOff,
    List<Duration> inHand,
    ForeignCapacity foreign,
    int unread) {

  /** Keeps a copy. */
  public Headcount {
    inHand = List.copyOf(inHand);
  }

  /** Active workers that hold a job. */
  int busy() {
    return inHand.size();
  }

  /** Active workers that a single job has held for longer than this. */
  int heldLongerThan(Duration limit) {
    return (int) inHand.stream().filter(age -> age.compareTo(limit) > 0).count();
  }

  /**
   * What those of them are of the load, in erlang: one each, unless its job began within the time
   * that the load was measured over.
   *
   * @param over the time that the load was measured over
   */
  double heldErlang(Duration limit, Duration over) {
    return inHand.stream()
        .filter(age -> age.compareTo(limit) > 0)
        .mapToDouble(age -> over.isZero() ? 1 : Math.min(1, Seconds.of(age) / Seconds.of(over)))
        .sum();
  }
}
