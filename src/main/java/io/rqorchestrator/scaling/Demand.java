package io.rqorchestrator.scaling;

import io.rqorchestrator.measure.Load;
import java.time.Duration;

/**
 * What there is to do.
 *
 * @param load the measured load
 * @param recent mean number of busy workers in the last third of the window
 * @param window the window the load is measured over once it is full
 * @param queued jobs waiting, due scheduled ones included while they may wait for a worker
 * @param queuedSeconds how long one worker would take for them, in seconds
 * @param meanService how long a worker is taken up by a job on average, in seconds, more than 0
 * @param quiet for how long nothing was waiting or in hand
 */
public record Demand(
    Load load,
    double recent,
    Duration window,
    long queued,
    double queuedSeconds,
    double meanService,
    Duration quiet) {

  /** Whether anything waits, or was waiting or done within the window. */
  boolean hasWork() {
    return queued > 0 || load.erlang() > 0 || quiet.compareTo(window) < 0;
  }
}
