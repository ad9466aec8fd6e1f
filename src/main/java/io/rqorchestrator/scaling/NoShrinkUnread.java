package io.rqorchestrator.scaling;

import java.util.Optional;

/**
 * Keeps the pool from shrinking while the busy time of a worker cannot be read: it may be busy, so
 * missing data never shrinks the pool.
 */
final class NoShrinkUnread implements Limit {

  @Override
  public Optional<Moved> limit(int size, ScalingInput input) {
    int unread = input.workers().unread();
    return size < input.active() && unread > 0
        ? Optional.of(
            new Moved(input.active(), Reason.Code.NO_DATA, unread + " workers could not be read"))
        : Optional.empty();
  }
}
