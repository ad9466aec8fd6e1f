package io.rqorchestrator.simulation;

/** The rate at which jobs arrive, as a function of time. */
interface Rate {

  /** Jobs a second, this many seconds after the beginning; 0 or more. */
  double at(double seconds);

  /** Mean number of jobs that arrive in the first {@code span} seconds. */
  double expected(double span);

  /** An upper bound of the rate. */
  double highest();

  /** A constant rate. */
  static Rate constant(double rate) {
    return new Constant(rate);
  }

  /** A sine wave that starts at {@code low} and reaches {@code high} half a period later. */
  static Rate wave(double low, double high, double period) {
    return new Wave(low, high, period);
  }

  /** {@code base}, and {@code peak} for the time {@code lasting} at the end of each period. */
  static Rate flash(double base, double peak, double period, double lasting) {
    return new Flash(base, peak, period, lasting);
  }

  /** A constant rate. */
  record Constant(double highest) implements Rate {

    @Override
    public double at(double seconds) {
      return highest;
    }

    @Override
    public double expected(double span) {
      return highest * span;
    }
  }

  /** A sine wave. */
  record Wave(double low, double high, double period) implements Rate {

    @Override
    public double at(double seconds) {
      return low + (high - low) * (1 - Math.cos(2 * Math.PI * seconds / period)) / 2;
    }

    @Override
    public double expected(double span) {
      double swung = period / (2 * Math.PI) * Math.sin(2 * Math.PI * span / period);
      return low * span + (high - low) * (span - swung) / 2;
    }

    @Override
    public double highest() {
      return Math.max(low, high);
    }
  }

  /** A step up at the end of each period. */
  record Flash(double base, double peak, double period, double lasting) implements Rate {

    @Override
    public double at(double seconds) {
      return seconds % period >= period - lasting ? peak : base;
    }

    @Override
    public double expected(double span) {
      double begun = Math.max(0, span % period - (period - lasting));
      double peaks = Math.floor(span / period) * lasting + begun;
      return base * (span - peaks) + peak * peaks;
    }

    @Override
    public double highest() {
      return Math.max(base, peak);
    }
  }
}
