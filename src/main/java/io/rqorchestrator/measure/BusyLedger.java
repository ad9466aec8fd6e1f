package io.rqorchestrator.measure;

import io.rqorchestrator.rq.BusyReading;
import io.rqorchestrator.time.DurationMath;
import io.rqorchestrator.time.Seconds;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps each worker's busy curve and adds them up to the pool's load.
 *
 * <p>The load over a window <i>W</i> that ends at <i>t</i> is the mean number of busy workers, in
 * erlang:
 *
 * <pre>
 *   load = sum over all workers of (B(t) - B(t-W)) / observed part of W
 * </pre>
 *
 * <ul>
 *   <li><i>B</i> is a worker's busy curve. It includes the busy stretch in progress, so a job of an
 *       hour counts from its first second.
 *   <li>Workers that ended inside the window count with their busy time until then.
 * </ul>
 */
public final class BusyLedger {

  private final Duration window;
  private final Map<String, BusyCurve> curves = new HashMap<>();
  private @Nullable Tick begun;

  /**
   * @param window the longest window of any later call of {@link #load}, more than 0
   */
  public BusyLedger(Duration window) {
    this.window = window;
  }

  /** A worker of this name starts now, with no busy time. */
  public void begin(Tick at, String worker) {
    open(at);
    curves.putIfAbsent(worker, BusyCurve.ofNewWorker(at));
  }

  /**
   * Adds a reading of a worker. If {@link #begin} was not called for it, its busy time before this
   * reading does not count.
   */
  public void observe(Tick at, String worker, BusyReading reading, boolean seenBusy) {
    open(at);
    BusyCurve curve = curves.get(worker);
    if (curve == null) {
      curves.put(worker, BusyCurve.ofRunningWorker(at, reading));
    } else {
      curve.observe(at, reading, seenBusy);
    }
  }

  /** The worker stops counting now: it drains, or it has ended. */
  public void end(Tick at, String worker) {
    BusyCurve curve = curves.get(worker);
    if (curve != null) {
      curve.end(at);
    }
  }

  /** The load in the window that ends at {@code at}. */
  public Load load(Tick at) {
    curves.values().removeIf(curve -> curve.forgetBefore(at.nanos() - window.toNanos()));
    return load(at, window);
  }

  /**
   * The load in the last part of the window.
   *
   * @param span at most the window
   */
  public Load load(Tick at, Duration span) {
    if (begun == null || !begun.isBefore(at)) {
      return new Load(0, Duration.ZERO);
    }
    Duration observed = at.since(begun);
    Duration elapsed = DurationMath.min(observed, span);
    double busy = 0;
    for (BusyCurve curve : curves.values()) {
      busy += curve.busyWithin(at.nanos(), elapsed);
    }
    return new Load(busy / Seconds.of(elapsed), elapsed);
  }

  private void open(Tick at) {
    if (begun == null) {
      begun = at;
    }
  }
}
