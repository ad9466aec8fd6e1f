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
 * <p>Load over a window <i>W</i> that ends at <i>t</i> is the sum, over all workers that lived in
 * it, of <i>B(t) - B(t-W)</i>, divided by the part of the window that was observed: the mean number
 * of busy workers, in erlang. Workers that ended inside the window still count for what they did. A
 * job that runs for an hour is busy time from its first second, because the stretch in progress is
 * part of <i>B</i>.
 */
public final class BusyLedger {

  private final Duration window;
  private final Map<String, BusyCurve> curves = new HashMap<>();
  private @Nullable Tick begun;

  /**
   * @param window the longest window that will be asked for, more than 0
   */
  public BusyLedger(Duration window) {
    this.window = window;
  }

  /** A worker of this name begins its life now, with no busy time. */
  public void begin(Tick at, String worker) {
    open(at);
    curves.putIfAbsent(worker, BusyCurve.fromBirth(at));
  }

  /** Adds a reading of a worker. One that was never begun is met in mid-life. */
  public void observe(Tick at, String worker, BusyReading reading, boolean seenBusy) {
    open(at);
    BusyCurve curve = curves.get(worker);
    if (curve == null) {
      curves.put(worker, BusyCurve.fromMidLife(at, reading));
    } else {
      curve.observe(at, reading, seenBusy);
    }
  }

  /** The worker stops counting now: it was asked to drain, or it is gone. */
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
