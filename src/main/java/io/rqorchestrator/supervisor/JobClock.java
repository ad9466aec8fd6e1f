package io.rqorchestrator.supervisor;

import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.rq.BusyReading;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Since when each worker is at its job. Exact for the first job of a busy stretch, whose beginning
 * the worker tells; for those that follow without a pause, to within a sample.
 */
final class JobClock {

  private record InHand(String job, Instant since) {}

  private final Map<WorkerId, InHand> inHand = new HashMap<>();

  /** Takes in what a sample showed. */
  void observe(Pool pool, Tick now) {
    inHand.keySet().removeIf(id -> pool.find(id).isEmpty());
    for (Worker worker : pool.workers()) {
      String job = worker.job();
      InHand before = inHand.get(worker.id());
      if (job.isEmpty()) {
        inHand.remove(worker.id());
      } else if (before == null) {
        inHand.put(worker.id(), new InHand(job, stretch(worker).orElse(now.wall())));
      } else if (!before.job().equals(job)) {
        inHand.put(worker.id(), new InHand(job, now.wall()));
      }
    }
  }

  private static Optional<Instant> stretch(Worker worker) {
    return worker.record().flatMap(RqWorker::busy).flatMap(BusyReading::since);
  }

  /** How long a worker has been at its job, 0 or more; empty if it has none. */
  Optional<Duration> at(Worker worker, Tick now) {
    return Optional.ofNullable(inHand.get(worker.id()))
        .map(job -> Duration.between(job.since(), now.wall()))
        .map(time -> time.isNegative() ? Duration.ZERO : time);
  }
}
