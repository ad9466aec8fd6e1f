package io.rqorchestrator.control;

import io.rqorchestrator.time.Tick;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the supervisor puts the pool's status after each turn, for any thread to read. */
public final class StatusBoard {

  private volatile @Nullable PoolStatus newest;
  private volatile @Nullable Tick turned;

  /**
   * Puts up a newer status.
   *
   * @param at when the turn was over
   */
  public void publish(PoolStatus status, Tick at) {
    newest = status;
    turned = at;
  }

  /** The newest status; empty before the supervisor's first turn is over. */
  public Optional<PoolStatus> newest() {
    return Optional.ofNullable(newest);
  }

  /**
   * When the newest turn was over; empty before the first is. A status tells the wall-clock time,
   * by which nobody can say how long ago that was once the clock was set.
   */
  public Optional<Tick> turned() {
    return Optional.ofNullable(turned);
  }
}
