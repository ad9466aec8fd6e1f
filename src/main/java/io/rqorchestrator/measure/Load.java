package io.rqorchestrator.measure;

import java.time.Duration;

/**
 * The pool's load.
 *
 * @param erlang mean number of busy workers in the window, 0 or more
 * @param elapsed the observed part of the window; the whole window once the pool has run for that
 *     long
 */
public record Load(double erlang, Duration elapsed) {

  /** Nothing measured yet. */
  public static final Load NONE = new Load(0, Duration.ZERO);

  /**
   * Utilization of {@code active} workers under this load: load / active. A new worker lowers the
   * utilization at once, so the pool does not overshoot while an earlier busy stretch is still in
   * the window.
   *
   * @return 0 or more; 0 if there are no workers
   */
  public double utilization(int active) {
    return active == 0 ? 0 : erlang / active;
  }
}
