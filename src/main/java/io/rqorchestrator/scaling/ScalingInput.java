package io.rqorchestrator.scaling;

import io.rqorchestrator.measure.Load;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * All that a policy may look at.
 *
 * @param min fewest active workers allowed, 0 or more
 * @param max most live workers allowed, at least {@code min} and 1
 * @param active workers started or starting and not draining
 * @param live active workers and those still draining: what the memory holds
 * @param backingOff places whose worker failed and waits to be started again
 * @param load the measured load
 * @param window the window the load is measured over once it is full
 * @param queued jobs waiting, due scheduled ones included while they may wait for a worker
 * @param quiet for how long nothing was waiting or in hand
 * @param missing active workers whose busy time the newest sample could not read
 * @param blind why there is nothing to decide on; empty if there is
 */
public record ScalingInput(
    int min,
    int max,
    int active,
    int live,
    int backingOff,
    Load load,
    Duration window,
    long queued,
    Duration quiet,
    int missing,
    Optional<Reason> blind) {

  /** Load per active worker. */
  public double utilization() {
    return load.utilization(active);
  }

  /** Whether anything waits, or was waiting or done within the window. */
  boolean hasWork() {
    return queued > 0 || load.erlang() > 0 || quiet.compareTo(window) < 0;
  }

  /** A reason with the numbers behind it, in the words used everywhere. */
  Reason because(Reason.Code code, String text) {
    String numbers =
        String.format(
            Locale.ROOT,
            "load %.2f, window %ds, queued %d",
            load.erlang(),
            Math.round(load.elapsed().toMillis() / 1000.0),
            queued);
    return new Reason(code, text + " (" + numbers + ")");
  }
}
