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
 * Says which workers are to be replaced: worn out, stuck, or left from before a restart. The
 * planner lets each go once its successor is ready.
 */
final class Replacements {

  /** Beyond this, an idle worker of ours that does not beat while jobs wait is stuck. */
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
   * Active workers, for a rolling restart. Those that were replaced before do not hold it up: they
   * finish their jobs beside the pool. Those that show no sign of life are replaced anyway.
   *
   * @param old which of them
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
   * An operator has changed settings. Once a pool may shrink to nothing, every worker has to run
   * RQ's scheduler, so elastic workers are replaced.
   */
  void follow(Directive before, Directive after, Tick now) {
    boolean isNew = before.min() > 0 && after.min() == 0;
    if (isNew && rules.scheduler()) {
      replaceElastic(now);
    }
  }

  private void replaceElastic(Tick now) {
    for (Worker worker : roster.pool().workers()) {
      boolean lacksScheduler = worker.isActive() && worker.role() == Role.ELASTIC;
      if (lacksScheduler && worker.outdated().isEmpty()) {
        outdate(worker, DrainReason.RECYCLE, "it runs no scheduler, as all do at min 0", now);
      }
    }
  }

  /**
   * One that has done its share, if there is one.
   *
   * @param room whether there is any for its successor
   */
  void worn(List<PoolMemory.WorkerFootprint> weighed, boolean room, Tick now) {
    recycling.observe(roster.pool(), weighed, now);
    recycling
        .next(roster.pool(), room, now)
        .ifPresent(worn -> outdate(worn.worker(), DrainReason.RECYCLE, worn.why(), now));
  }

  /**
   * Those that show no sign of life.
   *
   * @param jobsWait whether there is something that an idle worker should take
   */
  void stuck(boolean jobsWait, Tick now) {
    for (Worker worker : roster.pool().workers()) {
      if (jobsWait && isWedged(worker, now)) {
        outdate(worker, DrainReason.UNRESPONSIVE, "no heartbeat", now);
      } else if (worker.outdated().isEmpty() && worker.isSilent(now)) {
        outdate(worker, DrainReason.UNRESPONSIVE, "no record in Redis", now);
      } else if (worker.outdated().isEmpty() && worker.isForgotten(now)) {
        outdate(worker, DrainReason.FORGOTTEN, "Redis has lost its record", now);
      }
    }
  }

  /** A worker in our host beats every second while it is idle; one of stock RQ need not. */
  private static boolean isWedged(Worker worker, Tick now) {
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
