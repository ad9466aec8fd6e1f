package io.rqorchestrator.scaling;

import io.rqorchestrator.time.Seconds;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Lengthens the shrink hold when the pool grows again soon after it shrank, as under a load that
 * comes in waves.
 *
 * <ul>
 *   <li>Trigger: the pool grows within one hold after it shrank. Waves further apart than the hold
 *       are worth a new start of workers.
 *   <li>Effect: the hold is doubled.
 *   <li>Decay: the extra time halves every sixty holds.
 * </ul>
 */
final class FlapPenalty {

  private static final double MAX_STRETCH = 2;
  private static final int HALF_LIFE_HOLDS = 60;

  private final Duration hold;
  private double stretch = 1;
  private @Nullable Tick stretchedAt;
  private @Nullable Tick shrunkAt;

  FlapPenalty(Duration hold) {
    this.hold = hold;
  }

  /** Notes the change of size that was decided. */
  void observe(int to, int active, Tick now) {
    if (to < active) {
      shrunkAt = now;
    } else if (to > active && shrunkAt != null) {
      if (!now.hasPassed(hold, shrunkAt)) {
        stretch = MAX_STRETCH;
        stretchedAt = now;
      }
      shrunkAt = null;
    }
  }

  /** The hold including the present penalty. */
  Duration stretched(Tick now) {
    return Duration.ofNanos(Math.round(hold.toNanos() * stretch(now)));
  }

  /** The longest hold that is possible. */
  Duration longest() {
    return Duration.ofNanos(Math.round(hold.toNanos() * MAX_STRETCH));
  }

  private double stretch(Tick now) {
    if (stretchedAt == null) {
      return 1;
    }
    double halvings = Seconds.of(now.since(stretchedAt)) / (HALF_LIFE_HOLDS * Seconds.of(hold));
    return 1 + (stretch - 1) * Math.pow(0.5, halvings);
  }
}
