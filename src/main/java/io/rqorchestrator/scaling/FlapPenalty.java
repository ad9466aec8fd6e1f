package io.rqorchestrator.scaling;

import io.rqorchestrator.time.Seconds;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Stretches the shrink hold where workers are let go and started again soon after, as under a load
 * that comes in waves.
 *
 * <p>Then the hold is doubled; the penalty is halved in sixty holds. "Soon" is within a hold, so
 * that the longest hold covers any wave that can be regretted: waves further apart than that are
 * worth a new start.
 */
final class FlapPenalty {

  private static final double MOST = 2;
  private static final int HALVED = 60;

  private final Duration hold;
  private double stretch = 1;
  private @Nullable Tick stretchedAt;
  private @Nullable Tick letGoAt;

  FlapPenalty(Duration hold) {
    this.hold = hold;
  }

  /** Notes what is made of the size. */
  void observe(int to, int active, Tick now) {
    if (to < active) {
      letGoAt = now;
    } else if (to > active && letGoAt != null) {
      if (!now.hasPassed(hold, letGoAt)) {
        stretch = MOST;
        stretchedAt = now;
      }
      letGoAt = null;
    }
  }

  /** The hold as it is now. */
  Duration stretched(Tick now) {
    return Duration.ofNanos(Math.round(hold.toNanos() * stretch(now)));
  }

  /** The longest it can be. */
  Duration longest() {
    return Duration.ofNanos(Math.round(hold.toNanos() * MOST));
  }

  private double stretch(Tick now) {
    if (stretchedAt == null) {
      return 1;
    }
    double halvings = Seconds.of(now.since(stretchedAt)) / (HALVED * Seconds.of(hold));
    return 1 + (stretch - 1) * Math.pow(0.5, halvings);
  }
}
