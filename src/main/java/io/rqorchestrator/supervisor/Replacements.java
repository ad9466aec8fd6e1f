package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.WorkerEvent;
import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.PoolRules;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Marks workers for replacement: those beyond a recycling limit, unresponsive ones, and those of a
 * rolling restart. The planner drains each of them once its successor is ready.
 */
final class Replacements {

  /**
   * Age of the last heartbeat from which an idle worker in our worker host is unresponsive if jobs
   * wait.
   */
  private static final Duration NO_HEARTBEAT = Duration.ofSeconds(30);

  private static final Set<Optional<DrainReason>> REPLACED_ANYWAY =
      Set.of(
          Optional.of(DrainReason.RESTART),
          Optional.of(DrainReason.UNRESPONSIVE),
          Optional.of(DrainReason.FORGOTTEN));

  private final Roster roster;
  private final PoolRules rules;
  private final OperatorControl operator;
  private final Recycling recycling;
  private final EventSink events;

  Replacements(
      Roster roster,
      PoolRules rules,
      OperatorControl operator,
      Recycling recycling,
      EventSink events) {
    this.roster = roster;
    this.rules = rules;
    this.operator = operator;
    this.recycling = recycling;
    this.events = events;
  }

  /**
   * Marks active workers for a rolling restart. Workers that were replaced before become stragglers
   * and do not delay it. Workers already marked as unresponsive or forgotten stay marked as such.
   *
   * @param old selects the workers to replace
   */
  void restart(Predicate<Worker> old, Tick now) {
    int stragglers = rules.stragglers(operator.directive().max());
    for (Worker worker : roster.pool().workers()) {
      if (roster.pool().stragglers() < stragglers) {
        roster.update(worker.asStraggler());
      }
    }
    for (Worker worker : roster.pool().workers()) {
      if (worker.isActive() && old.test(worker) && !REPLACED_ANYWAY.contains(worker.outdated())) {
        outdate(worker, DrainReason.RESTART, "rolling restart", now);
      }
    }
  }

  /**
   * Follows an operator's change of settings. When min becomes 0, every worker has to run RQ's
   * scheduler, so elastic workers are replaced.
   */
  void settingsChanged(Directive before, Directive after, Tick now) {
    boolean isNew = before.min() > 0 && after.min() == 0;
    if (isNew && rules.scheduler()) {
      replaceElastic(now);
    }
  }

  private void replaceElastic(Tick now) {
    for (Worker worker : roster.pool().workers()) {
      boolean lacksScheduler = worker.isActive() && worker.role() == Role.ELASTIC;
      if (lacksScheduler && worker.outdated().isEmpty()) {
        outdate(
            worker,
            DrainReason.RECYCLE,
            "it runs no scheduler, and at min 0 every worker must",
            now);
      }
    }
  }

  /**
   * Marks the next worker that is beyond a recycling limit, if there is one.
   *
   * @param maxAllows whether max allows a successor
   */
  void recycle(List<PoolMemory.WorkerFootprint> readings, boolean maxAllows, Tick now) {
    recycling.observe(roster.pool(), readings, now);
    recycling
        .next(roster.pool(), maxAllows, now)
        .ifPresent(due -> outdate(due.worker(), DrainReason.RECYCLE, due.why(), now));
  }

  /**
   * Marks workers that show no sign of life or whose record is lost.
   *
   * @param jobsWait whether jobs wait that an idle worker should take
   */
  void replaceUnresponsive(boolean jobsWait, Tick now) {
    for (Worker worker : roster.pool().workers()) {
      if (jobsWait && isUnresponsive(worker, now)) {
        outdate(worker, DrainReason.UNRESPONSIVE, "no heartbeat", now);
      } else if (worker.outdated().isEmpty() && worker.isSilent(now)) {
        outdate(worker, DrainReason.UNRESPONSIVE, "no record in Redis", now);
      } else if (worker.outdated().isEmpty() && worker.isForgotten(now)) {
        outdate(worker, DrainReason.FORGOTTEN, "Redis has lost its record", now);
      }
    }
  }

  /**
   * Whether the worker is idle and its heartbeat is overdue. In our worker host an idle worker
   * writes one every second; without our worker host it may write rarely.
   */
  private static boolean isUnresponsive(Worker worker, Tick now) {
    return worker.isRunning()
        && worker.record().flatMap(RqWorker::guarded).orElse(false)
        && worker.outdated().isEmpty()
        && worker.isIdle()
        && now.hasPassed(NO_HEARTBEAT, worker.beatAt());
  }

  private void outdate(Worker worker, DrainReason reason, String why, Tick now) {
    roster.update(worker.outdatedBy(reason));
    if (reason != DrainReason.RESTART) {
      events.accept(now, new WorkerEvent.WorkerOutdated(worker.id(), worker.pid(), reason, why));
    }
  }
}
