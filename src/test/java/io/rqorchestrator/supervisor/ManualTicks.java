package io.rqorchestrator.supervisor;

import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.TickSource;
import io.rqorchestrator.time.Ticks;
import java.time.Duration;

/** Clocks that a test moves by hand. */
final class ManualTicks implements TickSource {

  private Tick now = Ticks.at(0);

  @Override
  public Tick now() {
    return now;
  }

  void advance(Duration duration) {
    now = now.plus(duration);
  }

  /** Steps the wall clock alone. */
  void stepWall(Duration step) {
    now = Ticks.withWallMoved(now, step);
  }
}
