package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.Ending;
import io.rqorchestrator.pool.Vacancy;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Optional;

/**
 * The end of a worker.
 *
 * @param ending how it counts
 * @param status what its process left, for the user
 * @param uptime how long it lived under this daemon
 * @param vacancy the place it leaves to be filled again; empty if it is not
 */
record WorkerExit(Ending ending, String status, Duration uptime, Optional<Vacancy> vacancy) {

  /** How long its place waits; empty if it is not filled again. */
  Optional<Duration> retryIn(Tick now) {
    return vacancy.map(place -> place.notBefore().since(now));
  }

  /** What became of the worker, in one line. */
  String describe(Worker worker) {
    return "%s crashed (%s) after %ss".formatted(worker.id(), status, uptime.toMillis() / 1000.0);
  }
}
