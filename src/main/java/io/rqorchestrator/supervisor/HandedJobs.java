package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.JobEvent;
import io.rqorchestrator.pool.PoolMode;
import io.rqorchestrator.rq.HandedJob;
import io.rqorchestrator.rq.HandedJob.Trace;
import io.rqorchestrator.rq.HandedLook;
import io.rqorchestrator.rq.HandedLook.Sign;
import io.rqorchestrator.rq.HandedQuestion;
import io.rqorchestrator.rq.PutBack;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqView;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds jobs that dead workers had popped from a queue and had not begun, and puts them back. Such
 * a job has the status "queued" but is in no queue. It is put back to the head of its queue.
 *
 * <p>A job that a live worker has just popped looks the same for some milliseconds, or longer if
 * the worker is frozen. So a job is put back only if two looks, some seconds apart, have found it
 * and every worker of the first look has shown since then that it does not hold the job. Two signs
 * show that: a new heartbeat, because a worker writes one between two pops and after it has named
 * its job; or another job.
 */
final class HandedJobs {

  /** Time between two looks. A live worker begins a popped job much sooner. */
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

  /** Time until the next try if Redis did not answer. */
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  /** Timeout of a request. A search may take minutes. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(5);

  /**
   * Age of a suspect from which it is given up. The record of a silent worker has expired by then.
   */
  private static final Duration GIVE_UP_AFTER = Duration.ofMinutes(10);

  /** How long a stopping pool waits for the second look if the first one has found jobs. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);

  /** How long the pool waits in a cold stop, or if no look has found jobs: Redis may be away. */
  private static final Duration SHORT_STOP_TIMEOUT = Duration.ofMillis(500);

  /** Greatest difference between the clocks of the hosts that enqueue jobs. */
  private static final Duration CLOCK_DIFFERENCE = Duration.ofSeconds(10);

  /** At most so many of too many jobs are reported. */
  private static final int NAMED = 3;

  /**
   * A dead worker, and the earliest time at which a job that it popped last can have been enqueued.
   */
  private record Dead(String label, Instant since) {}

  /** When a job was found that perhaps no worker holds, and the workers that could hold it then. */
  private record Suspect(Tick foundAt, Map<String, Sign> workers, boolean whole) {}

  /** An unanswered request to Redis: a search for jobs, or a second look at the jobs found. */
  private record OpenRequest(boolean searches, Tick at) {}

  private final RqView rq;
  private final EventSink events;
  private final Map<String, Dead> dead = new LinkedHashMap<>();
  private final Map<HandedJob, Suspect> suspects = new LinkedHashMap<>();
  private Set<String> deadWorkers = Set.of();
  private boolean mayAct;
  private boolean searchDue;
  private @Nullable OpenRequest openRequest;
  private @Nullable Tick notBefore;
  private @Nullable Tick endsSince;
  private Optional<Instant> oldestWaiting = Optional.empty();

  HandedJobs(RqView rq, EventSink events) {
    this.rq = rq;
    this.events = events;
  }

  /** Takes in a sample. A job that a worker pops later is not older than the oldest waiting job. */
  void observe(RqSnapshot snapshot) {
    oldestWaiting =
        snapshot.queues().stream()
            .flatMap(queue -> queue.oldestEnqueuedAt().stream())
            .min(Instant::compareTo);
  }

  /**
   * A worker has died, perhaps with a popped job.
   *
   * @param name RQ's name of the worker
   * @param label the worker's name for the user
   * @param lastBeat the worker's last known heartbeat
   */
  void of(String name, String label, Instant lastBeat) {
    Instant since = oldestWaiting.filter(lastBeat::isAfter).orElse(lastBeat);
    dead.put(name, new Dead(label, since.minus(CLOCK_DIFFERENCE)));
    searchDue = true;
    notBefore = null;
    endsSince = null;
  }

  /**
   * Sends the request that is due, and gives up jobs that take too long.
   *
   * @param deadNames names of dead workers, which hold no job whatever their records say
   * @param noHorse whether no horse of a dead worker is left that could still begin its job
   * @param mode whether the pool stops, and how
   */
  void advance(Set<String> deadNames, boolean noHorse, PoolMode mode, Tick now) {
    if (dead.isEmpty()) {
      return;
    }
    deadWorkers = new HashSet<>(deadNames);
    deadWorkers.addAll(dead.keySet());
    mayAct = noHorse;
    if (openRequest != null && now.hasPassed(REQUEST_TIMEOUT, openRequest.at())) {
      openRequest = null;
    }
    if (openRequest == null) {
      ask(now);
    }
    giveUp(mode, now);
  }

  private void ask(Tick now) {
    boolean rested = notBefore == null || !now.isBefore(notBefore);
    if (!rested || (!searchDue && suspects.isEmpty())) {
      return;
    }
    openRequest = new OpenRequest(searchDue, now);
    Instant since = dead.values().stream().map(Dead::since).min(Instant::compareTo).orElseThrow();
    List<HandedJob> known = searchDue ? List.of() : List.copyOf(suspects.keySet());
    searchDue = false;
    rq.requestHanded(new HandedQuestion(dead.keySet(), since, known), now);
  }

  /** Takes in the answer to a request. */
  void found(Optional<HandedLook> look, Tick askedAt, Tick now) {
    if (openRequest == null || !openRequest.at().equals(askedAt)) {
      return;
    }
    boolean searched = openRequest.searches();
    openRequest = null;
    notBefore = now.plus(look.isEmpty() ? RETRY_AFTER : BETWEEN_LOOKS);
    if (look.isEmpty()) {
      searchDue |= searched;
    } else if (searched) {
      look.get()
          .jobs()
          .forEach(
              job ->
                  suspects.putIfAbsent(
                      job, new Suspect(now, look.get().workers(), look.get().whole())));
      if (!look.get().problem().isEmpty()) {
        events.accept(now, new JobEvent.HandedUnknown(labels(), look.get().problem()));
      }
    } else {
      suspects.keySet().retainAll(look.get().jobs());
      decide(look.get(), now);
    }
    settle();
  }

  private void decide(HandedLook look, Tick now) {
    List<HandedJob> unheld =
        suspects.entrySet().stream()
            .filter(suspect -> isHeldByNone(suspect.getKey(), suspect.getValue(), look))
            .map(Map.Entry::getKey)
            .toList();
    long searched = suspects.keySet().stream().filter(HandedJobs::isSearched).count();
    boolean tooMany = searched > dead.size();
    if (tooMany && unheld.stream().filter(HandedJobs::isSearched).count() == searched) {
      reportTooMany(now);
    }
    for (HandedJob job : unheld) {
      if (mayAct && suspects.containsKey(job) && !(tooMany && isSearched(job))) {
        rq.putBack(job);
      }
    }
  }

  private static boolean isSearched(HandedJob job) {
    return job.trace() == Trace.SEARCHED;
  }

  /** Whether no live worker can hold the job. */
  private boolean isHeldByNone(HandedJob job, Suspect suspect, HandedLook look) {
    return suspect.whole()
        && look.whole()
        && suspect.workers().entrySet().stream()
            .filter(worker -> !deadWorkers.contains(worker.getKey()))
            .allMatch(
                worker -> {
                  Sign now = look.workers().get(worker.getKey());
                  return now == null || showsItDoesNotHold(job, worker.getValue(), now);
                });
  }

  private static boolean showsItDoesNotHold(HandedJob job, Sign before, Sign now) {
    boolean busy = now.busy() && !now.job().isEmpty();
    return !now.job().equals(job.id()) && (busy || !now.heartbeat().equals(before.heartbeat()));
  }

  /**
   * Reports and gives up the jobs found by a search, because there are more jobs than dead workers.
   * Each dead worker had popped at most one job, and it is unknown which one.
   */
  private void reportTooMany(Tick now) {
    List<HandedJob> all = suspects.keySet().stream().filter(HandedJobs::isSearched).toList();
    String why =
        all.size() + " jobs are queued and in no list, more than dead workers can have been handed";
    all.stream().limit(NAMED).forEach(job -> report(job, why, now));
    all.forEach(suspects::remove);
  }

  /** Takes in the outcome of an attempt to put a job back. */
  void tried(HandedJob job, PutBack outcome, Tick now) {
    if (outcome == PutBack.LATER || suspects.remove(job) == null) {
      return;
    }
    if (outcome == PutBack.DONE) {
      events.accept(now, new JobEvent.JobPutBack(job.id(), job.queue(), labels()));
    } else if (outcome == PutBack.REFUSED) {
      report(job, "Redis refuses it, or is older than 6.0.6", now);
    }
    settle();
  }

  private void giveUp(PoolMode mode, Tick now) {
    if (mode == PoolMode.RUN || mode == PoolMode.WAIT) {
      endsSince = null;
      String why = "a worker that may hold it shows no sign of life";
      Map.copyOf(suspects)
          .forEach(
              (job, suspect) -> {
                if (now.hasPassed(GIVE_UP_AFTER, suspect.foundAt())) {
                  report(job, why, now);
                  suspects.remove(job);
                }
              });
      settle();
      return;
    }
    if (endsSince == null) {
      endsSince = now;
    }
    boolean waits = mode == PoolMode.STOP && !suspects.isEmpty();
    if (now.hasPassed(waits ? STOP_TIMEOUT : SHORT_STOP_TIMEOUT, endsSince)) {
      if (!hasLooked()) {
        events.accept(now, new JobEvent.HandedUnknown(labels(), "the pool ends"));
      }
      suspects.keySet().forEach(job -> report(job, "the pool ends", now));
      suspects.clear();
      dead.clear();
    }
  }

  private void report(HandedJob job, String why, Tick now) {
    boolean listed = job.trace() == Trace.INTERMEDIATE;
    events.accept(now, new JobEvent.JobNotPutBack(job.id(), job.queue(), labels(), why, listed));
  }

  private String labels() {
    return String.join(" or ", dead.values().stream().map(Dead::label).toList());
  }

  private void settle() {
    if (suspects.isEmpty() && hasLooked()) {
      dead.clear();
    }
  }

  /** Whether all searches are done, so that the dead workers' own keys are no longer needed. */
  boolean hasLooked() {
    return !searchDue && (openRequest == null || !openRequest.searches());
  }

  /** Whether no dead worker is left to deal with. */
  boolean isSettled() {
    return dead.isEmpty();
  }
}
