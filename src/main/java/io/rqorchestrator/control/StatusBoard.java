package io.rqorchestrator.control;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the supervisor puts the pool's status after each turn, for any thread to read. */
public final class StatusBoard {

  private volatile @Nullable PoolStatus newest;

  /** Puts up a newer status. */
  public void publish(PoolStatus status) {
    newest = status;
  }

  /** The newest status; empty before the supervisor's first turn is over. */
  public Optional<PoolStatus> newest() {
    return Optional.ofNullable(newest);
  }
}
