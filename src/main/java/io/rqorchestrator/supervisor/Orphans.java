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
 * Processes that dead workers of the pool left behind. Killing a worker does not kill its horse,
 * which works on under another parent.
 *
 * <p>What jobs have left behind is none of them. Where that cannot be told, it is left alone.
 *
 * <p>A horse may finish its job as long as RQ counts the job as running. After that RQ fails the
 * job, or gives it to another worker, and it would run twice; so the horse is killed shortly
 * before. RQ's mark is read once the worker is dead, because nobody renews it from then on, and is
 * turned into monotonic time at first sight.
 */
final class Orphans {

  /** How long before RQ's mark lapses the horse is killed. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  /**
   * How long a horse may go on while RQ's mark is not known: a live worker renews it every
   * monitoring interval <i>i</i> to at least <i>i</i> + 60 s, so 60 s or more of it are left.
   */
  private static final Duration GRACE = Duration.ofSeconds(60).minus(MARGIN);

  /** No monitoring interval is longer: what lies farther ahead makes no sense. */
  private static final Duration LONGEST = Duration.ofDays(1);

  /** How long a scheduler may take to go: it gives its lock back, unless Redis hangs. */
  private static final Duration DEAF = Duration.ofSeconds(10);

  /** A job that may be with an orphan, and when that one is killed. */
  private record Allowed(String job, Tick until) {}

  private final WorkerProcesses processes;
  private final EventSink events;
  private final Map<Orphan, Tick> known = new HashMap<>();
  private final Map<Orphan, Allowed> told = new HashMap<>();
  private final Set<Orphan> killed = new HashSet<>();
  private final Set<Orphan> leftAlone = new HashSet<>();
  private final Map<String, Allowed> allowed = new HashMap<>();
  private boolean suspected = true;

  /** Whether they are being looked for. What is left behind from then on may not be found. */
  private boolean looking;

  Orphans(WorkerProcesses processes, EventSink events) {
    this.processes = processes;
    this.events = events;
  }

  /** A worker has ended: it may have left something behind. */
  void suspect() {
    suspected = true;
  }

  /** Whether there is none, as far as is known. */
  boolean isEmpty() {
    return known.isEmpty() && !suspected && !looking;
  }

  /** Learns until when RQ counts the jobs of dead workers as running. */
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

  /** All that are known. */
  List<OrphanRow> rows() {
    return known.entrySet().stream()
        .map(
            entry ->
                new OrphanRow(
                    entry.getKey().pid(), entry.getKey().horse(), entry.getValue().wall()))
        .sorted(Comparator.comparingLong(OrphanRow::pid))
        .toList();
  }

  /** Looks for orphans if there is reason to, and ends those whose time has come. */
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
    told.keySet().retainAll(found);
    killed.retainAll(found);
    for (Orphan orphan : found) {
      if (known.putIfAbsent(orphan, now) == null) {
        Optional<Duration> within = orphan.horse() ? Optional.of(GRACE) : Optional.empty();
        events.accept(now, new OrphanEvent.OrphanFound(orphan.pid(), within));
      }
    }
  }

  /** All but those that nobody knows. These are told of, and neither ended nor waited for. */
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
   * The daemon stood still, and perhaps the schedulers that were asked to go with it. RQ did not:
   * when it gives up on a horse stays as it is.
   */
  void stalled(Duration late) {
    known.replaceAll((orphan, since) -> orphan.horse() ? since : since.plus(late));
  }

  private void endInTime(Orphan orphan, boolean cold, Tick now) {
    Tick since = known.getOrDefault(orphan, now);
    if (!orphan.horse()) {
      processes.end(orphan, cold || now.hasPassed(DEAF, since));
      return;
    }
    Optional<Allowed> term = allowed(orphan);
    term.ifPresent(found -> tell(orphan, found, now));
    Tick until = term.map(Allowed::until).orElse(since.plus(GRACE));
    boolean over = !now.isBefore(until);
    if (cold || over) {
      if (killed.add(orphan)) {
        String job = term.map(Allowed::job).orElse("");
        events.accept(
            now, new OrphanEvent.OrphanKilled(orphan.pid(), now.since(since), job, !over));
      }
      processes.end(orphan, true); // again, should it still be there
    }
  }

  /** Of a horse whose worker is not known, the first mark that lapses may be its own. */
  private Optional<Allowed> allowed(Orphan orphan) {
    if (!orphan.worker().isEmpty()) {
      return Optional.ofNullable(allowed.get(orphan.worker()));
    }
    return allowed.values().stream()
        .reduce((one, other) -> one.until().isBefore(other.until()) ? one : other);
  }

  private void tell(Orphan orphan, Allowed term, Tick now) {
    if (!term.equals(told.put(orphan, term))) {
      events.accept(
          now, new OrphanEvent.OrphanAllowed(orphan.pid(), term.job(), term.until().since(now)));
    }
  }
}
