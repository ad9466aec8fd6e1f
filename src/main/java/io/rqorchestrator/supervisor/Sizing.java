package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.measure.Load;
import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.scaling.Demand;
import io.rqorchestrator.scaling.Headcount;
import io.rqorchestrator.scaling.MemoryUse;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.scaling.ScalingDecision;
import io.rqorchestrator.scaling.ScalingInput;
import io.rqorchestrator.scaling.ScalingPolicy;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The pool's target: when it is decided, on what, and what became of the last decision. */
final class Sizing {

  private final SupervisorRules rules;
  private final ScalingPolicy policy;
  private final EventSink events;

  private int target;
  private @Nullable Tick lastDecision;
  private @Nullable ScalingDecision lastDecided;
  private @Nullable Tick lastWork;
  private int awaitingIdle;

  Sizing(SupervisorRules rules, ScalingPolicy policy, EventSink events) {
    this.rules = rules;
    this.policy = policy;
    this.events = events;
    this.target = rules.min();
  }

  /** Number of places wanted. */
  int target() {
    return target;
  }

  /** What an earlier daemon left behind is what this one begins with. */
  void beginWith(int active) {
    target = bounded(active);
  }

  /** Notes whether anything waits or is in hand. */
  void observeWork(boolean work, Tick now) {
    if (lastWork == null || work) {
      lastWork = now;
    }
  }

  /**
   * Whether a decision is due; the first one a whole period after the beginning.
   *
   * @param sampled whether a sample has just come in
   * @param waiting jobs that wait; without a worker they are not kept waiting for the period
   */
  boolean isDue(boolean sampled, long waiting, Tick now) {
    if (lastDecision == null) {
      lastDecision = now;
    }
    boolean wakesUp = sampled && (policy.decidesAtSamples() || (target == 0 && waiting > 0));
    return wakesUp || now.hasPassed(rules.scalingPeriod(), lastDecision);
  }

  /** Time until a decision is due. */
  Duration untilDue(Tick now) {
    return lastDecision == null
        ? Duration.ZERO
        : rules.scalingPeriod().minus(now.since(lastDecision));
  }

  /**
   * Decides.
   *
   * @param unread active workers that the newest sample could not read
   * @param blind why there is nothing to decide on; empty if there is
   */
  void decide(Pool pool, Load load, long waiting, int unread, Optional<Reason> blind, Tick now) {
    lastDecision = now;
    ScalingDecision decision = policy.decide(input(pool, load, waiting, unread, blind, now));
    events.accept(now, new Event.Decided(decision, isRepeated(decision)));
    lastDecided = decision;
    // A step down that found no idle worker so far ends with the decision that wanted it.
    target = bounded(target + awaitingIdle + decision.to() - decision.from());
    awaitingIdle = 0;
  }

  /** A step down found too few idle workers so far: so many are still to go. */
  void awaitIdle(int excess) {
    awaitingIdle = excess;
  }

  private int bounded(int wanted) {
    return Math.max(rules.min(), Math.min(rules.max(), wanted));
  }

  /** Whether it says no more than the last one: another hold, or a step that is still to come. */
  private boolean isRepeated(ScalingDecision decision) {
    return lastDecided != null
        && decision.reason().code() == lastDecided.reason().code()
        && (decision instanceof ScalingDecision.Hold
            || (decision.from() == lastDecided.from() && decision.to() == lastDecided.to()));
  }

  private ScalingInput input(
      Pool pool, Load load, long waiting, int unread, Optional<Reason> blind, Tick now) {
    // A place whose worker went of its own accord is filled in this very turn.
    int refilled = (int) pool.vacancies().stream().filter(place -> place.failures() == 0).count();
    List<Worker> active = pool.workers().stream().filter(Worker::isActive).toList();
    int busy = (int) active.stream().filter(Worker::isBusy).count();
    Headcount workers =
        new Headcount(
            pool.active() + refilled,
            pool.charged() + refilled,
            pool.vacancies().size() - refilled,
            busy,
            0,
            unread);
    Duration quiet = lastWork == null ? Duration.ZERO : now.since(lastWork);
    return new ScalingInput(
        now,
        rules.min(),
        rules.max(),
        workers,
        new Demand(load, rules.window(), waiting, waiting, 1, quiet),
        MemoryUse.UNKNOWN,
        blind.or(() -> replacing(pool)));
  }

  /** While workers are replaced there is one too many; the size is settled afterwards. */
  private static Optional<Reason> replacing(Pool pool) {
    int outdated = pool.outdated().size();
    return outdated == 0
        ? Optional.empty()
        : Optional.of(
            new Reason(Reason.Code.REPLACING, outdated + " workers are still to be replaced"));
  }
}
