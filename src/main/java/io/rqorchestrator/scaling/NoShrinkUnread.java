package io.rqorchestrator.scaling;

import io.rqorchestrator.text.CountText;
import java.util.Optional;

/**
 * Keeps the pool from shrinking while the busy time of a worker cannot be read. That worker may be
 * busy, and missing data must never shrink the pool.
 */
final class NoShrinkUnread implements Limit {

  @Override
  public Optional<Moved> limit(int size, ScalingInput input) {
    int unread = input.workers().unread();
    return size < input.active() && unread > 0
        ? Optional.of(
            new Moved(
                input.active(),
                Reason.Code.NO_DATA,
                CountText.workers(unread) + " could not be read"))
        : Optional.empty();
  }
}
