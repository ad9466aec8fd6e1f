package io.rqorchestrator.simulation;

/** How often jobs arrive, as it changes over time. */
@FunctionalInterface
interface Rate {

  /** Jobs a second, this many seconds after the beginning; 0 or more. */
  double at(double seconds);

  /** Always the same. */
  static Rate constant(double rate) {
    return seconds -> rate;
  }

  /**
   * A sine wave that is at {@code low} at the beginning and at {@code high} half a period later.
   */
  static Rate wave(double low, double high, double period) {
    return seconds -> low + (high - low) * (1 - Math.cos(2 * Math.PI * seconds / period)) / 2;
  }

  /** {@code base}, and {@code peak} for a while at the end of each period. */
  static Rate flash(double base, double peak, double period, double lasting) {
    return seconds -> seconds % period >= period - lasting ? peak : base;
  }
}
