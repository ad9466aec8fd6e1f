package io.rqorchestrator.supervisor;

import io.rqorchestrator.measure.JobLedger;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.Tick;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Keeps the ledger of jobs told. A worker that has gone is read once more: what it did since the
 * last sample stands in Redis for some minutes.
 */
final class JobTally {

  private final JobLedger ledger = new JobLedger();
  private final Map<String, Tick> gone = new HashMap<>();

  /** What is known of the jobs. */
  JobLedger ledger() {
    return ledger;
  }

  /** Names of workers that are gone and still to be read once. */
  Set<String> names() {
    return Set.copyOf(gone.keySet());
  }

  /** A worker of ours begins its life. */
  void begin(String worker) {
    ledger.begin(worker);
  }

  /** Takes in what a sample says of a worker. */
  void observe(RqWorker worker, Tick at) {
    worker.samples().ifPresent(samples -> ledger.observe(at, worker.name(), samples));
  }

  /** A worker has gone. */
  void end(String worker, Tick now) {
    gone.put(worker, now);
  }

  /** Takes in the last words of those that went before this sample was taken. */
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
