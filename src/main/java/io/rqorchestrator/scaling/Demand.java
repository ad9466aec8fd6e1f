package io.rqorchestrator.scaling;

import io.rqorchestrator.measure.Load;
import java.time.Duration;

/**
 * The work that waits or was done in the window.
 *
 * @param load the measured load
 * @param recent mean number of busy workers in the last third of the window
 * @param window the window the load is measured over once it is full
 * @param queued jobs waiting; includes due scheduled jobs if only the last worker could enqueue
 *     them
 * @param queuedSeconds how long one worker would take for these jobs, in seconds
 * @param meanService mean time that a job occupies a worker, in seconds, more than 0
 * @param quiet how long ago the last job was waiting or running
 */
public record Demand(
    Load load,
    double recent,
    Duration window,
    long queued,
    double queuedSeconds,
    double meanService,
    Duration quiet) {

  /** Whether a job waits now, or waited or ran within the window. */
  boolean hasWork() {
    return queued > 0 || load.erlang() > 0 || quiet.compareTo(window) < 0;
  }
}
