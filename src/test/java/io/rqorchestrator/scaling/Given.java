package io.rqorchestrator.scaling;

import io.rqorchestrator.measure.Load;
import java.time.Duration;
import java.util.Optional;

/** An input in the making. Begins as an idle pool in 1..10 with a full window. */
final class Given {

  private static final Duration WINDOW = Duration.ofSeconds(30);

  private int min = 1;
  private int max = 10;
  private final int active;
  private int draining;
  private int backingOff;
  private double load;
  private Duration elapsed = WINDOW;
  private long queued;
  private Duration quiet = WINDOW;
  private int missing;
  private Optional<Reason> blind = Optional.empty();

  private Given(int active) {
    this.active = active;
  }

  static Given active(int active) {
    return new Given(active);
  }

  Given within(int fewest, int most) {
    min = fewest;
    max = most;
    return this;
  }

  Given load(double erlang) {
    load = erlang;
    return this;
  }

  Given draining(int workers) {
    draining = workers;
    return this;
  }

  Given backingOff(int places) {
    backingOff = places;
    return this;
  }

  Given elapsed(double seconds) {
    elapsed = Duration.ofNanos(Math.round(seconds * 1e9));
    return this;
  }

  Given queued(long jobs) {
    queued = jobs;
    return this;
  }

  Given quiet(double seconds) {
    quiet = Duration.ofNanos(Math.round(seconds * 1e9));
    return this;
  }

  Given missing(int workers) {
    missing = workers;
    return this;
  }

  Given blind(Reason why) {
    blind = Optional.of(why);
    return this;
  }

  /** The input. */
  ScalingInput input() {
    return new ScalingInput(
        min,
        max,
        active,
        active + draining,
        backingOff,
        new Load(load, elapsed),
        WINDOW,
        queued,
        quiet,
        missing,
        blind);
  }
}
