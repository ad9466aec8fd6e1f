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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * For how long each worker has held the job in its hand: for as long as its record has shown the
 * same job, so that neither clock steps nor a chain of short jobs look like a long one.
 */
final class JobAges {

  /** What changes from one job to the next, whatever the version of RQ lets us see. */
  private record InHand(Optional<String> job, long ended, Optional<Instant> since) {
    static InHand of(RqWorker seen) {
      return new InHand(seen.currentJob(), seen.jobs(), seen.busy().flatMap(BusyReading::since));
    }
  }

  private record Sighting(InHand inHand, Tick first) {}

  private final Map<WorkerId, Sighting> sightings = new HashMap<>();

  /** Takes in what the newest sample shows. */
  void observe(Pool pool, Tick now) {
    Set<WorkerId> busy = new HashSet<>();
    for (Worker worker : pool.workers()) {
      if (worker.isBusy()) {
        busy.add(worker.id());
        InHand inHand = InHand.of(worker.record().orElseThrow());
        Sighting known = sightings.get(worker.id());
        if (known == null || !known.inHand().equals(inHand)) {
          sightings.put(worker.id(), new Sighting(inHand, now));
        }
      }
    }
    sightings.keySet().retainAll(busy);
  }

  /** The ages of the jobs in the hands of active workers. */
  List<Duration> ofActive(Pool pool, Tick now) {
    return pool.workers().stream()
        .filter(worker -> worker.isActive() && worker.isBusy())
        .map(worker -> of(worker, now).orElse(Duration.ZERO))
        .toList();
  }

  /** The age of the job in a worker's hand; empty if it has none, or has not shown it yet. */
  Optional<Duration> of(Worker worker, Tick now) {
    return Optional.ofNullable(sightings.get(worker.id())).map(seen -> now.since(seen.first()));
  }
}
