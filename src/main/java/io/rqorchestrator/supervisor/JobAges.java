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
 * Measures how long each worker has held its job: the time for which its record has shown the same
 * job. So neither a clock step nor a chain of short jobs looks like a long job.
 */
final class JobAges {

  /** Values of which at least one changes from one job to the next, in every version of RQ. */
  private record SeenJob(Optional<String> job, long ended, Optional<Instant> since) {
    static SeenJob of(RqWorker seen) {
      return new SeenJob(seen.currentJob(), seen.jobs(), seen.busy().flatMap(BusyReading::since));
    }
  }

  private record Sighting(SeenJob seenJob, Tick first) {}

  private final Map<WorkerId, Sighting> sightings = new HashMap<>();

  /** Takes in the workers' newest records. */
  void observe(Pool pool, Tick now) {
    Set<WorkerId> busy = new HashSet<>();
    for (Worker worker : pool.workers()) {
      if (worker.isBusy()) {
        busy.add(worker.id());
        SeenJob seenJob = SeenJob.of(worker.record().orElseThrow());
        Sighting known = sightings.get(worker.id());
        if (known == null || !known.seenJob().equals(seenJob)) {
          sightings.put(worker.id(), new Sighting(seenJob, now));
        }
      }
    }
    sightings.keySet().retainAll(busy);
  }

  /** The ages of the jobs of active workers. */
  List<Duration> ofActive(Pool pool, Tick now) {
    return pool.workers().stream()
        .filter(worker -> worker.isActive() && worker.isBusy())
        .map(worker -> of(worker, now).orElse(Duration.ZERO))
        .toList();
  }

  /** The age of a worker's job; empty if the worker's record has no job. */
  Optional<Duration> of(Worker worker, Tick now) {
    return Optional.ofNullable(sightings.get(worker.id())).map(seen -> now.since(seen.first()));
  }
}
