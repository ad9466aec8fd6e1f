package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.Ending;
import io.rqorchestrator.pool.Vacancy;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Optional;

/**
 * The classified exit of a worker.
 *
 * @param ending the kind of exit
 * @param status the exit code or signal, for the user
 * @param uptime how long the worker ran under this daemon
 * @param vacancy the vacancy that it leaves; empty if its place is not filled again
 */
record WorkerExit(Ending ending, String status, Duration uptime, Optional<Vacancy> vacancy) {

  /** Time until the vacancy may be filled; empty if there is no vacancy. */
  Optional<Duration> retryIn(Tick now) {
    return vacancy.map(place -> place.notBefore().since(now));
  }

  /** The exit of a crashed worker, in one line. */
  String describe(Worker worker) {
    return "%s crashed (%s) after %ss".formatted(worker.id(), status, uptime.toMillis() / 1000.0);
  }
}
