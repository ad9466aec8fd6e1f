package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.JobEvent;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.rq.JobInHand;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Reports the jobs that dead workers held. A dead worker's own keys are read once more after its
 * end: otherwise a job that it began after the last check would not be reported.
 */
final class DeadWorkerJobs {

  /** How long a stopping pool waits for an answer: Redis may be away. */
  private static final Duration STOP_TIMEOUT = Duration.ofMillis(500);

  /** Time after which an unanswered request is repeated. */
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  /** Time after which a request is given up, because a dead worker's keys have expired by then. */
  private static final Duration GIVE_UP_AFTER = Duration.ofMinutes(10);

  /**
   * A worker that has ended and whose keys are being read.
   *
   * @param named the job that was reported when the pool ended the worker; empty if none was
   * @param exitCodeShowsJob whether the exit code says that the worker was ended during a job
   */
  private record Ended(
      Worker worker, String named, boolean exitCodeShowsJob, Tick at, Tick askedAt) {
    Ended askedAgain(Tick now) {
      return new Ended(worker, named, exitCodeShowsJob, at, now);
    }
  }

  private final JobChecks jobChecks;
  private final EventSink events;
  private final Map<String, Ended> open = new HashMap<>();

  /** The jobs that were reported when their workers were stopped cold or killed. */
  private final Map<WorkerId, String> named = new HashMap<>();

  DeadWorkerJobs(JobChecks jobChecks, EventSink events) {
    this.jobChecks = jobChecks;
    this.events = events;
  }

  /** A worker is stopped cold or killed, and its job was reported. */
  void named(WorkerId worker, String job) {
    named.put(worker, job);
  }

  /**
   * A worker has ended, perhaps not in order.
   *
   * @param name RQ's name of the worker, if it is known
   */
  void exited(Worker worker, Optional<String> name, int exitCode, Tick now) {
    String job = Objects.requireNonNullElse(named.remove(worker.id()), "");
    boolean exitCodeShowsJob = worker.isForcedToEnd() && worker.lossFree() && exitCode == 1;
    name.ifPresent(
        known -> {
          open.put(known, new Ended(worker, job, exitCodeShowsJob, now, now));
          jobChecks.request(known);
        });
  }

  /** Takes in an answer. An answer that was requested before the worker's end is ignored. */
  void answered(Set<String> asked, Map<String, JobInHand> jobs, Tick askedAt, Tick now) {
    for (String name : asked) {
      Ended ended = open.get(name);
      if (ended != null && !askedAt.isBefore(ended.at())) {
        open.remove(name);
        report(ended, jobs.getOrDefault(name, JobInHand.NONE).id(), now);
      }
    }
  }

  /**
   * Repeats or gives up unanswered requests.
   *
   * @param ending whether the pool is stopping, so that requests are given up soon
   */
  void advance(boolean ending, Tick now) {
    for (Iterator<Map.Entry<String, Ended>> all = open.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<String, Ended> entry = all.next();
      Ended ended = entry.getValue();
      if (now.hasPassed(ending ? STOP_TIMEOUT : GIVE_UP_AFTER, ended.at())) {
        all.remove();
        report(ended, "", now);
      } else if (now.hasPassed(RETRY_AFTER, ended.askedAt())) {
        entry.setValue(ended.askedAgain(now));
        jobChecks.request(entry.getKey());
      }
    }
  }

  private void report(Ended ended, String found, Tick now) {
    Worker worker = ended.worker();
    boolean news = !found.isEmpty() && !found.equals(ended.named());
    if (news || (ended.exitCodeShowsJob() && ended.named().isEmpty())) {
      events.accept(
          now, new JobEvent.JobLeft(worker.id(), worker.pid(), found, worker.isForcedToEnd()));
    }
  }

  /** Whether no request is unanswered. */
  boolean isSettled() {
    return open.isEmpty();
  }
}
