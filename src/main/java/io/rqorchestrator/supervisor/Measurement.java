package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.ScalingEvent;
import io.rqorchestrator.measure.Load;
import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.rq.Histogram;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.Tick;
import java.util.List;

/**
 * Measures the pool's load from the ledgers and the newest sample, and makes an {@link
 * Observation}.
 */
final class Measurement {

  private final SupervisorRules rules;
  private final Roster roster;
  private final RqWatch watch;
  private final Ledgers ledgers;
  private final EventSink events;
  private Load load = Load.NONE;
  private Load recent = Load.NONE;

  Measurement(
      SupervisorRules rules, Roster roster, RqWatch watch, Ledgers ledgers, EventSink events) {
    this.rules = rules;
    this.roster = roster;
    this.watch = watch;
    this.ledgers = ledgers;
    this.events = events;
  }

  /** Measures the load up to the newest sample. The ledgers must have taken in that sample. */
  void measure(Tick now) {
    RqSnapshot snapshot = watch.newest().orElseThrow();
    load = ledgers.busy().load(snapshot.at());
    recent = ledgers.busy().load(snapshot.at(), rules.window().dividedBy(3));
    Pool pool = roster.pool();
    Histogram jobs = ledgers.jobs().ledger().totals().durations();
    events.accept(
        now,
        new ScalingEvent.Measured(
            load.erlang(),
            load.elapsed(),
            load.utilization(pool.active()),
            pool.active(),
            pool.live(),
            pool.busy(),
            snapshot.queued(),
            snapshot.oldestWait(),
            jobs.count(),
            jobs.sum(),
            jobs.counts()));
  }

  /** The load in the window, as last measured. */
  Load load() {
    return load;
  }

  /** The observation to decide on. */
  Observation observation(Directive directive) {
    return new Observation(
        load,
        recent,
        waiting(directive),
        watch.newest().map(RqSnapshot::queues).orElse(List.of()),
        unread(),
        watch.holdReason());
  }

  /**
   * Number of waiting jobs. Due scheduled jobs count, too, if the pool has no active worker, or
   * only one and min is 0: without a worker, nothing moves these jobs to their queues.
   */
  long waiting(Directive directive) {
    RqSnapshot snapshot = watch.newest().orElse(null);
    if (snapshot == null) {
      return 0;
    }
    boolean last = roster.pool().active() <= (directive.min() == 0 ? 1 : 0);
    return last ? snapshot.queued() + due(snapshot) : snapshot.queued();
  }

  /**
   * Whether the queues are empty and no worker is busy. A pool with vacancies is not quiet, because
   * a dead worker's job may be queued again, unless the pool is degraded.
   */
  boolean isQuiet(boolean isDegraded) {
    RqSnapshot snapshot = watch.newest().orElseThrow();
    Pool pool = roster.pool();
    return snapshot.queued() == 0
        && due(snapshot) == 0
        && (pool.vacancies().isEmpty() || isDegraded)
        && pool.workers().stream().allMatch(Worker::isIdle);
  }

  /** Number of due scheduled jobs that a worker of the pool would move to their queues. */
  private long due(RqSnapshot snapshot) {
    return rules.pool().scheduler() ? snapshot.due() : 0;
  }

  /** Number of running workers that the newest sample could not read. */
  private int unread() {
    return (int)
        roster.pool().workers().stream()
            .filter(Worker::isRunning)
            .filter(worker -> worker.record().flatMap(RqWorker::busy).isEmpty())
            .count();
  }
}
