package io.rqorchestrator.supervisor;

import io.rqorchestrator.measure.JobLedger;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.Tick;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Passes the workers' job figures on to the ledger of jobs. A worker that has ended is read once
 * more, because Redis keeps its last figures for some minutes.
 */
final class JobTally {

  private final JobLedger ledger = new JobLedger();
  private final Map<String, Tick> gone = new HashMap<>();

  /** The ledger of jobs. */
  JobLedger ledger() {
    return ledger;
  }

  /** Names of workers that have ended and will be read once more. */
  Set<String> names() {
    return Set.copyOf(gone.keySet());
  }

  /** A worker of the pool has started. */
  void begin(String worker) {
    ledger.begin(worker);
  }

  /** Takes in a worker's record. */
  void observe(RqWorker worker, Tick at) {
    worker.samples().ifPresent(samples -> ledger.observe(at, worker.name(), samples));
  }

  /** A worker has ended. */
  void end(String worker, Tick now) {
    gone.put(worker, now);
  }

  /** Takes in the last figures of workers that had ended before this sample was taken. */
  void observeGone(RqSnapshot snapshot) {
    gone.entrySet()
        .removeIf(
            entry -> {
              String name = entry.getKey();
              if (snapshot.at().isBefore(entry.getValue())) {
                return false;
              }
              RqWorker seen = snapshot.workers().get(name);
              if (seen != null) {
                observe(seen, snapshot.at());
              }
              ledger.end(name);
              return true;
            });
  }
}
