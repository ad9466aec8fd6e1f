package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.PoolStatus.OrphanRow;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.OrphanEvent;
import io.rqorchestrator.pool.Orphan;
import io.rqorchestrator.pool.WorkerProcesses;
import io.rqorchestrator.rq.OrphanJob;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.time.DurationMath;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds and ends orphans: processes of the pool's dead workers. Killing a worker does not kill its
 * horse, which continues under another parent.
 *
 * <p>A process that a job has started is no orphan. If the kind of a process is unknown, it is left
 * alone.
 *
 * <p>A horse may finish its job as long as RQ counts the job as running. After that time RQ fails
 * the job or queues it again, and the job could run twice. So the horse is killed shortly before
 * that time. RQ's deadline of the job is read after the worker's death, because no process renews
 * the deadline then. It is converted to monotonic time when it is first read.
 */
final class Orphans {

  /** How long before RQ's deadline the horse is killed. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  /**
   * How long a horse may continue while RQ's deadline is unknown. A live worker renews the deadline
   * every monitoring interval <i>i</i> to at least <i>i</i> + 60 s, so at least 60 s are left.
   */
  private static final Duration GRACE = Duration.ofSeconds(60).minus(MARGIN);

  /** The longest monitoring interval. A deadline that is farther ahead is invalid. */
  private static final Duration LONGEST = Duration.ofDays(1);

  /**
   * How long a scheduler may take to end before it is killed. It releases its lock first, which
   * takes long only if Redis hangs.
   */
  private static final Duration SCHEDULER_TIMEOUT = Duration.ofSeconds(10);

  /** The job that an orphan may execute, and when the orphan is killed. */
  private record Allowed(String job, Tick until) {}

  private final WorkerProcesses processes;
  private final EventSink events;
  private final Map<Orphan, Tick> known = new HashMap<>();
  private final Map<Orphan, Allowed> reportedTerms = new HashMap<>();
  private final Set<Orphan> killed = new HashSet<>();
  private final Set<Orphan> leftAlone = new HashSet<>();
  private final Map<String, Allowed> allowed = new HashMap<>();
  private boolean suspected = true;

  /**
   * Whether a search is under way. It may not find processes that become orphans during the search.
   */
  private boolean looking;

  Orphans(WorkerProcesses processes, EventSink events) {
    this.processes = processes;
    this.events = events;
  }

  /** A worker has ended and may have left orphans. */
  void suspect() {
    suspected = true;
  }

  /** Whether there are no known orphans, no search is under way and none is due. */
  boolean isEmpty() {
    return known.isEmpty() && !suspected && !looking;
  }

  /** Takes in until when RQ counts the jobs of dead workers as running. */
  void observe(RqSnapshot snapshot) {
    snapshot
        .orphanJobs()
        .forEach((worker, job) -> allowed.computeIfAbsent(worker, name -> of(job, snapshot.at())));
  }

  private static Allowed of(OrphanJob job, Tick at) {
    Duration ahead = Duration.between(at.wall(), job.countedUntil());
    Duration bounded = DurationMath.min(ahead, LONGEST);
    return new Allowed(job.id(), at.plus(bounded.minus(MARGIN)));
  }

  /** All known orphans. */
  List<OrphanRow> rows() {
    return known.entrySet().stream()
        .map(
            entry ->
                new OrphanRow(
                    entry.getKey().pid(), entry.getKey().horse(), entry.getValue().wall()))
        .sorted(Comparator.comparingLong(OrphanRow::pid))
        .toList();
  }

  /** Searches for orphans if a worker has ended, and ends the orphans whose time is up. */
  void watch(Set<Long> workers, boolean cold, Tick now) {
    if (isEmpty()) {
      allowed.clear();
      return;
    }
    suspected &= looking;
    looking = true;
    Optional<List<Orphan>> answer = processes.orphans(workers);
    if (answer.isPresent()) {
      looking = false;
      takeIn(known(answer.get(), now), now);
    }
    List.copyOf(known.keySet()).forEach(orphan -> endInTime(orphan, cold, now));
  }

  private void takeIn(List<Orphan> found, Tick now) {
    known.forEach(
        (orphan, since) -> {
          if (!found.contains(orphan)) {
            events.accept(now, new OrphanEvent.OrphanGone(orphan.pid(), now.since(since)));
          }
        });
    known.keySet().retainAll(found);
    reportedTerms.keySet().retainAll(found);
    killed.retainAll(found);
    for (Orphan orphan : found) {
      if (known.putIfAbsent(orphan, now) == null) {
        Optional<Duration> within = orphan.horse() ? Optional.of(GRACE) : Optional.empty();
        events.accept(now, new OrphanEvent.OrphanFound(orphan.pid(), within));
      }
    }
  }

  /**
   * The processes of a known kind. The others are reported; they are neither ended nor waited for.
   */
  private List<Orphan> known(List<Orphan> found, Tick now) {
    leftAlone.retainAll(found);
    for (Orphan orphan : found) {
      if (orphan.kind() == Orphan.Kind.UNKNOWN && leftAlone.add(orphan)) {
        events.accept(now, new OrphanEvent.OrphanLeftAlone(orphan.pid()));
      }
    }
    return found.stream().filter(orphan -> orphan.kind() != Orphan.Kind.UNKNOWN).toList();
  }

  /**
   * Extends timeouts after the daemon stood still for {@code late}: perhaps the schedulers stood
   * still, too. The deadlines of horses stay, because RQ's deadlines stay.
   */
  void extendTimeouts(Duration late) {
    known.replaceAll((orphan, since) -> orphan.horse() ? since : since.plus(late));
  }

  private void endInTime(Orphan orphan, boolean cold, Tick now) {
    Tick since = known.getOrDefault(orphan, now);
    if (!orphan.horse()) {
      processes.end(orphan, cold || now.hasPassed(SCHEDULER_TIMEOUT, since));
      return;
    }
    Optional<Allowed> term = allowed(orphan);
    term.ifPresent(found -> report(orphan, found, now));
    Tick until = term.map(Allowed::until).orElse(since.plus(GRACE));
    boolean over = !now.isBefore(until);
    if (cold || over) {
      if (killed.add(orphan)) {
        String job = term.map(Allowed::job).orElse("");
        events.accept(
            now, new OrphanEvent.OrphanKilled(orphan.pid(), now.since(since), job, !over));
      }
      processes.end(orphan, true); // repeated while the process is still there
    }
  }

  /** The deadline of an orphan; the earliest of all deadlines if its worker is unknown. */
  private Optional<Allowed> allowed(Orphan orphan) {
    if (!orphan.worker().isEmpty()) {
      return Optional.ofNullable(allowed.get(orphan.worker()));
    }
    return allowed.values().stream()
        .reduce((one, other) -> one.until().isBefore(other.until()) ? one : other);
  }

  private void report(Orphan orphan, Allowed term, Tick now) {
    if (!term.equals(reportedTerms.put(orphan, term))) {
      events.accept(
          now, new OrphanEvent.OrphanAllowed(orphan.pid(), term.job(), term.until().since(now)));
    }
  }
}
