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
 * What a worker that was killed, or died, had in hand. Its own keys are asked once more when it is
 * gone: a job that it began after it was asked last would else be ended without a name.
 */
final class JobsOfTheDead {

  /** The pool does not wait longer for an answer when it ends: Redis may be away. */
  private static final Duration PATIENCE = Duration.ofMillis(500);

  /** A question that was not answered is asked again. */
  private static final Duration AGAIN = Duration.ofSeconds(5);

  /** A dead worker's keys are not there for longer. */
  private static final Duration GIVEN_UP = Duration.ofMinutes(10);

  /**
   * A worker that has ended.
   *
   * @param named the job that was named when the pool ended it; empty if none was
   * @param saidSo whether its exit code says that it was ended with a job in hand
   */
  private record Ended(Worker worker, String named, boolean saidSo, Tick at, Tick askedAt) {
    Ended askedAgain(Tick now) {
      return new Ended(worker, named, saidSo, at, now);
    }
  }

  private final JobChecks jobChecks;
  private final EventSink events;
  private final Map<String, Ended> open = new HashMap<>();

  /** The jobs that were named when their workers were stopped cold or killed. */
  private final Map<WorkerId, String> named = new HashMap<>();

  JobsOfTheDead(JobChecks jobChecks, EventSink events) {
    this.jobChecks = jobChecks;
    this.events = events;
  }

  /** A worker is stopped cold or killed, and its job was named. */
  void named(WorkerId worker, String job) {
    named.put(worker, job);
  }

  /**
   * A worker has ended, and perhaps not in order.
   *
   * @param name RQ's name of the worker, if it is known
   */
  void exited(Worker worker, Optional<String> name, int exitCode, Tick now) {
    String job = Objects.requireNonNullElse(named.remove(worker.id()), "");
    boolean saidSo = worker.isForcedToEnd() && worker.lossFree() && exitCode == 1;
    name.ifPresent(
        known -> {
          open.put(known, new Ended(worker, job, saidSo, now, now));
          jobChecks.askOf(known);
        });
  }

  /** Takes in what keys have told; an answer that was asked for before the end says nothing. */
  void answered(Set<String> asked, Map<String, JobInHand> jobs, Tick askedAt, Tick now) {
    for (String name : asked) {
      Ended ended = open.get(name);
      if (ended != null && !askedAt.isBefore(ended.at())) {
        open.remove(name);
        tell(ended, jobs.getOrDefault(name, JobInHand.NONE).id(), now);
      }
    }
  }

  /**
   * Asks again what was not answered.
   *
   * @param ending whether the pool is about to end, so that there is no time for it
   */
  void tend(boolean ending, Tick now) {
    for (Iterator<Map.Entry<String, Ended>> all = open.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<String, Ended> entry = all.next();
      Ended ended = entry.getValue();
      if (now.hasPassed(ending ? PATIENCE : GIVEN_UP, ended.at())) {
        all.remove();
        tell(ended, "", now);
      } else if (now.hasPassed(AGAIN, ended.askedAt())) {
        entry.setValue(ended.askedAgain(now));
        jobChecks.askOf(entry.getKey());
      }
    }
  }

  private void tell(Ended ended, String found, Tick now) {
    Worker worker = ended.worker();
    boolean news = !found.isEmpty() && !found.equals(ended.named());
    if (news || (ended.saidSo() && ended.named().isEmpty())) {
      events.accept(
          now, new JobEvent.JobLeft(worker.id(), worker.pid(), found, worker.isForcedToEnd()));
    }
  }

  /** Whether nothing is waited for any more. */
  boolean isSettled() {
    return open.isEmpty();
  }
}
