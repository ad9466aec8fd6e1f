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
 * Asks the workers' own keys which job each holds now, and keeps the answers until they are used.
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

  /** Asks about a worker; of one that has no name in Redis nothing can be found. */
  void askOf(Worker worker, Tick now) {
    Optional<String> name = roster.rqName(worker);
    jobChecks.put(worker.id(), new JobCheck(now, name.isEmpty(), Optional.empty()));
    name.ifPresent(
        known -> {
          names.put(worker.id(), known);
          wanted.add(known);
        });
  }

  /** Asks about one that has ended. */
  void askOf(String name) {
    wanted.add(name);
  }

  /** All questions of a turn are one. */
  void send(Tick now) {
    if (!wanted.isEmpty()) {
      rq.requestJobs(Set.copyOf(wanted), now);
      wanted.clear();
    }
  }

  /**
   * Takes in the answer to a question. A worker that holds a job is given its time anew.
   *
   * @param askedAt when the question was asked
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

  /** What was asked and not used. */
  Map<WorkerId, JobCheck> open() {
    return Map.copyOf(jobChecks);
  }

  /** What was asked or found so far says nothing of now: it is asked anew. */
  void forget() {
    jobChecks.clear();
    names.clear();
  }

  /** What was found of the worker, for a step that is taken now; the next step asks anew. */
  Optional<JobCheck> use(WorkerId id) {
    names.remove(id);
    return Optional.ofNullable(jobChecks.remove(id));
  }
}
