package io.rqorchestrator.control;

import io.rqorchestrator.time.Tick;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds the newest status of the pool. The supervisor publishes it after each turn; any thread may
 * read it.
 */
public final class StatusBoard {

  private volatile @Nullable PoolStatus newest;
  private volatile @Nullable Tick turned;

  /**
   * Publishes a newer status.
   *
   * @param at when the turn ended
   */
  public void publish(PoolStatus status, Tick at) {
    newest = status;
    turned = at;
  }

  /** The newest status; empty before the end of the supervisor's first turn. */
  public Optional<PoolStatus> newest() {
    return Optional.ofNullable(newest);
  }

  /**
   * When the newest turn ended; empty before the end of the first. The status itself has only the
   * wall-clock time, which does not show its age after a clock step.
   */
  public Optional<Tick> turned() {
    return Optional.ofNullable(turned);
  }
}
