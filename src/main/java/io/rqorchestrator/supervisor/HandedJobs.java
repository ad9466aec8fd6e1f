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
 * Accounts for the jobs that workers may have been handed before they were killed, or died, and
 * that they did not begin: such a job is queued, and not in its queue. It is put back to the head
 * of it.
 *
 * <p>A job that a living worker has just popped looks the same for some milliseconds, or for longer
 * if that worker is frozen. So a job is put back only if it was found at two looks, some seconds
 * apart, and if every worker that was there at the first one has shown since that it does not hold
 * it: by a heartbeat, which comes between two pops and after a job was named, or by being busy with
 * another job.
 */
final class HandedJobs {

  /** Between two looks: a living worker begins what it has popped much sooner. */
  private static final Duration APART = Duration.ofSeconds(5);

  /** Redis did not answer: it is asked again. */
  private static final Duration AGAIN = Duration.ofSeconds(2);

  /** A question whose answer does not come is asked again, but a search takes its time. */
  private static final Duration LOST = Duration.ofMinutes(5);

  /** The record of a worker that shows no sign of life is gone by then. */
  private static final Duration GIVEN_UP = Duration.ofMinutes(10);

  /** A pool that ends, and has found something, waits for a second look. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** The same in a cold stop, or without having found anything: Redis may be away. */
  private static final Duration SHORT_PATIENCE = Duration.ofMillis(500);

  /** Clocks of those who enqueue may differ by this much. */
  private static final Duration CLOCKS = Duration.ofSeconds(10);

  /** Of many jobs no more are named. */
  private static final int NAMED = 3;

  /** A worker that has ended, and since when a job may have been enqueued that it was handed. */
  private record Dead(String label, Instant since) {}

  /** A job that may be in nobody's hand, and the workers that could hold it when it was found. */
  private record Suspect(Tick foundAt, Map<String, Sign> workers, boolean whole) {}

  /** What is asked of Redis now: to look for jobs, or to look at those that were found. */
  private record OpenQuestion(boolean searches, Tick at) {}

  private final RqView rq;
  private final EventSink events;
  private final Map<String, Dead> dead = new LinkedHashMap<>();
  private final Map<HandedJob, Suspect> suspects = new LinkedHashMap<>();
  private Set<String> gone = Set.of();
  private boolean mayAct;
  private boolean looksAnew;
  private @Nullable OpenQuestion asked;
  private @Nullable Tick notBefore;
  private @Nullable Tick endsSince;
  private Optional<Instant> oldestWaiting = Optional.empty();

  HandedJobs(RqView rq, EventSink events) {
    this.rq = rq;
    this.events = events;
  }

  /** Takes in a sample: what a worker pops next is not older than what waits now. */
  void observe(RqSnapshot snapshot) {
    oldestWaiting =
        snapshot.queues().stream()
            .flatMap(queue -> queue.oldestEnqueuedAt().stream())
            .min(Instant::compareTo);
  }

  /**
   * A worker has ended, and perhaps not in order.
   *
   * @param name RQ's name of it
   * @param label what the user knows it by
   * @param lastBeat its last heartbeat that was seen
   */
  void of(String name, String label, Instant lastBeat) {
    Instant since = oldestWaiting.filter(lastBeat::isAfter).orElse(lastBeat);
    dead.put(name, new Dead(label, since.minus(CLOCKS)));
    looksAnew = true;
    notBefore = null;
    endsSince = null;
  }

  /**
   * Asks what is to be asked now, and gives up what takes too long.
   *
   * @param deadNames workers that hold nothing, whatever their records say
   * @param noHorse whether no horse of a dead worker is left, which might begin its job yet
   * @param mode whether the pool is to end, and how
   */
  void tend(Set<String> deadNames, boolean noHorse, PoolMode mode, Tick now) {
    if (dead.isEmpty()) {
      return;
    }
    gone = new HashSet<>(deadNames);
    gone.addAll(dead.keySet());
    mayAct = noHorse;
    if (asked != null && now.hasPassed(LOST, asked.at())) {
      asked = null;
    }
    if (asked == null) {
      ask(now);
    }
    giveUp(mode, now);
  }

  private void ask(Tick now) {
    boolean rested = notBefore == null || !now.isBefore(notBefore);
    if (!rested || (!looksAnew && suspects.isEmpty())) {
      return;
    }
    asked = new OpenQuestion(looksAnew, now);
    Instant since = dead.values().stream().map(Dead::since).min(Instant::compareTo).orElseThrow();
    List<HandedJob> known = looksAnew ? List.of() : List.copyOf(suspects.keySet());
    looksAnew = false;
    rq.requestHanded(new HandedQuestion(dead.keySet(), since, known), now);
  }

  /** Takes in the answer to the last question. */
  void found(Optional<HandedLook> look, Tick askedAt, Tick now) {
    if (asked == null || !asked.at().equals(askedAt)) {
      return;
    }
    boolean searched = asked.searches();
    asked = null;
    notBefore = now.plus(look.isEmpty() ? AGAIN : APART);
    if (look.isEmpty()) {
      looksAnew |= searched;
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
    List<HandedJob> free =
        suspects.entrySet().stream()
            .filter(suspect -> isFree(suspect.getKey(), suspect.getValue(), look))
            .map(Map.Entry::getKey)
            .toList();
    long searched = suspects.keySet().stream().filter(HandedJobs::isSearched).count();
    boolean tooMany = searched > dead.size();
    if (tooMany && free.stream().filter(HandedJobs::isSearched).count() == searched) {
      tellTooMany(now);
    }
    for (HandedJob job : free) {
      if (mayAct && suspects.containsKey(job) && !(tooMany && isSearched(job))) {
        rq.putBack(job);
      }
    }
  }

  private static boolean isSearched(HandedJob job) {
    return job.trace() == Trace.SEARCHED;
  }

  /** Whether no worker that lives can hold it. */
  private boolean isFree(HandedJob job, Suspect suspect, HandedLook look) {
    return suspect.whole()
        && look.whole()
        && suspect.workers().entrySet().stream()
            .filter(worker -> !gone.contains(worker.getKey()))
            .allMatch(
                worker -> {
                  Sign now = look.workers().get(worker.getKey());
                  return now == null || holdsNot(job, worker.getValue(), now);
                });
  }

  private static boolean holdsNot(HandedJob job, Sign before, Sign now) {
    boolean busy = now.busy() && !now.job().isEmpty();
    return !now.job().equals(job.id()) && (busy || !now.heartbeat().equals(before.heartbeat()));
  }

  /** Each dead worker can have been handed one job: with more of them, nobody knows which. */
  private void tellTooMany(Tick now) {
    List<HandedJob> all = suspects.keySet().stream().filter(HandedJobs::isSearched).toList();
    String why = all.size() + " jobs are queued and in no list, more than it can have been handed";
    all.stream().limit(NAMED).forEach(job -> tell(job, why, now));
    all.forEach(suspects::remove);
  }

  /** Takes in what became of an attempt to put a job back. */
  void tried(HandedJob job, PutBack outcome, Tick now) {
    if (outcome == PutBack.LATER || suspects.remove(job) == null) {
      return;
    }
    if (outcome == PutBack.DONE) {
      events.accept(now, new JobEvent.JobPutBack(job.id(), job.queue(), labels()));
    } else if (outcome == PutBack.REFUSED) {
      tell(job, "Redis refuses it, or is older than 6.0.6", now);
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
                if (now.hasPassed(GIVEN_UP, suspect.foundAt())) {
                  tell(job, why, now);
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
    if (now.hasPassed(waits ? PATIENCE : SHORT_PATIENCE, endsSince)) {
      if (!hasLooked()) {
        events.accept(now, new JobEvent.HandedUnknown(labels(), "the pool ends"));
      }
      suspects.keySet().forEach(job -> tell(job, "the pool ends", now));
      suspects.clear();
      dead.clear();
    }
  }

  private void tell(HandedJob job, String why, Tick now) {
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

  /** Whether the dead workers' own keys are needed no more. */
  boolean hasLooked() {
    return !looksAnew && (asked == null || !asked.searches());
  }

  /** Whether nothing is waited for any more. */
  boolean isSettled() {
    return dead.isEmpty();
  }
}
