package io.rqorchestrator.supervisor;

import io.rqorchestrator.pool.JobCheck;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.rq.JobInHand;
import io.rqorchestrator.rq.RqView;
import io.rqorchestrator.time.Tick;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads from workers' own keys which job each worker holds now, and keeps the answers until a step
 * uses them.
 */
final class JobChecks {

  private final RqView rq;
  private final Roster roster;
  private final Map<WorkerId, JobCheck> jobChecks = new HashMap<>();
  private final Map<WorkerId, String> names = new HashMap<>();
  private final Set<String> wanted = new HashSet<>();

  JobChecks(RqView rq, Roster roster) {
    this.rq = rq;
    this.roster = roster;
  }

  /**
   * Requests a check of a worker. A worker without a known name in Redis gets an empty answer at
   * once.
   */
  void request(Worker worker, Tick now) {
    Optional<String> name = roster.rqName(worker);
    jobChecks.put(worker.id(), new JobCheck(now, name.isEmpty(), Optional.empty()));
    name.ifPresent(
        known -> {
          names.put(worker.id(), known);
          wanted.add(known);
        });
  }

  /** Requests a check of a worker that has ended. */
  void request(String name) {
    wanted.add(name);
  }

  /** Sends all requests of a turn as one. */
  void send(Tick now) {
    if (!wanted.isEmpty()) {
      rq.requestJobs(Set.copyOf(wanted), now);
      wanted.clear();
    }
  }

  /**
   * Takes in an answer. If a draining worker holds a job, its timeout for a worker without a job
   * begins anew.
   *
   * @param askedAt when the check was requested
   */
  void answered(Set<String> asked, Map<String, JobInHand> jobs, Tick askedAt, Tick now) {
    for (Worker worker : roster.pool().workers()) {
      String name = names.get(worker.id());
      JobCheck open = jobChecks.get(worker.id());
      if (name != null && open != null && asked.contains(name) && open.askedAt().equals(askedAt)) {
        Optional<JobInHand> found = Optional.ofNullable(jobs.get(name));
        jobChecks.put(worker.id(), new JobCheck(askedAt, true, found));
        if (found.filter(JobInHand::busy).isPresent()) {
          roster.update(worker.foundBusy(now));
        }
      }
    }
  }

  /** The checks that were requested and not used yet. */
  Map<WorkerId, JobCheck> open() {
    return Map.copyOf(jobChecks);
  }

  /** Discards all checks, because they are outdated. */
  void discard() {
    jobChecks.clear();
    names.clear();
  }

  /**
   * Removes and returns the check of a worker for a step that is taken now. The next step needs a
   * new check.
   */
  Optional<JobCheck> take(WorkerId id) {
    names.remove(id);
    return Optional.ofNullable(jobChecks.remove(id));
  }
}
