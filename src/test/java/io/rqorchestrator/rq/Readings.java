package io.rqorchestrator.rq;

import io.rqorchestrator.time.Tick;
import java.util.Optional;

/** Busy readings as Redis gives them. */
public final class Readings {

  private Readings() {}

  /** The worker host's reading of an idle worker. */
  public static BusyReading exact(double total) {
    return new BusyReading(total, Optional.empty(), BusyReading.Source.EXACT);
  }

  /** The worker host's reading of a worker that is busy since {@code since}. */
  public static BusyReading exact(double total, Tick since) {
    return new BusyReading(total, Optional.of(since.wall()), BusyReading.Source.EXACT);
  }

  /** RQ's reading of a worker without a job in hand. */
  public static BusyReading derived(double total) {
    return new BusyReading(total, Optional.empty(), BusyReading.Source.DERIVED);
  }

  /** RQ's reading of a worker with a job in hand since {@code since}. */
  public static BusyReading derived(double total, Tick since) {
    return new BusyReading(total, Optional.of(since.wall()), BusyReading.Source.DERIVED);
  }
}
