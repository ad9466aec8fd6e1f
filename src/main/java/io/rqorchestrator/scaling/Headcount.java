package io.rqorchestrator.scaling;

import io.rqorchestrator.time.Seconds;
import java.time.Duration;
import java.util.List;

/**
 * The pool's workers, counted.
 *
 * @param active workers started or starting, and not draining; a starting worker is capacity that
 *     will come
 * @param live active and draining workers: all that occupy memory
 * @param backingOff places whose worker failed and that wait to be filled again
 * @param inHand for each busy active worker, how long it has held its job
 * @param foreign workers of others on the queues in which jobs wait
 * @param unread active workers whose busy time the newest sample could not read
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

  /** Active workers that have held their job for longer than {@code limit}. */
  int heldLongerThan(Duration limit) {
    return (int) inHand.stream().filter(age -> age.compareTo(limit) > 0).count();
  }

  /**
   * The part of the load, in erlang, that comes from workers that have held their job for longer
   * than {@code limit}. Each counts 1, or less if its job began within the measured time.
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
