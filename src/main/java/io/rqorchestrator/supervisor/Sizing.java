package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.PoolStatus.DecisionRow;
import io.rqorchestrator.control.SizeOverride;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.ScalingEvent;
import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.scaling.Aim;
import io.rqorchestrator.scaling.Demand;
import io.rqorchestrator.scaling.Headcount;
import io.rqorchestrator.scaling.MemoryUse;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.scaling.ScalingDecision;
import io.rqorchestrator.scaling.ScalingDecision.Grow;
import io.rqorchestrator.scaling.ScalingDecision.Hold;
import io.rqorchestrator.scaling.ScalingDecision.Shrink;
import io.rqorchestrator.scaling.ScalingInput;
import io.rqorchestrator.scaling.ScalingPolicy;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The pool's target: when it is decided, on what, and what became of the last decision. */
final class Sizing {

  private final SupervisorRules rules;
  private final Function<Aim, ScalingPolicy> policyFor;
  private final ServiceTimes services;
  private final WorkerPrice price;
  private final ForeignWorkers foreign;
  private final EventSink events;
  private final JobAges ages = new JobAges();

  private Aim aim;
  private ScalingPolicy policy;
  private int target;
  private @Nullable Tick lastDecision;
  private @Nullable ScalingDecision lastDecided;
  private @Nullable Tick lastWork;
  private int awaitingIdle;
  private Optional<String> restartWaits = Optional.empty();

  /** Whether an operator has changed something since the last decision. */
  private boolean operatorChanged;

  /** Places that were wanted before that. */
  private int sizeBeforeOverride;

  /**
   * @param directive what is in force to begin with
   * @param policyFor the policy for an aim
   */
  Sizing(
      SupervisorRules rules,
      Directive directive,
      Function<Aim, ScalingPolicy> policyFor,
      ServiceTimes services,
      WorkerPrice price,
      ForeignWorkers foreign,
      EventSink events) {
    this.rules = rules;
    this.policyFor = policyFor;
    this.services = services;
    this.price = price;
    this.foreign = foreign;
    this.events = events;
    this.aim = directive.aim();
    this.policy = policyFor.apply(aim);
    this.target = directive.size().orElse(directive.min());
  }

  /** Number of places wanted. */
  int target() {
    return target;
  }

  /** Number of places wanted, those included whose worker is still to go once it is idle. */
  int plannedSize() {
    return target + awaitingIdle;
  }

  /** For how long a worker has been at its job; empty if it has none. */
  Optional<Duration> jobAge(Worker worker, Tick now) {
    return ages.of(worker, now);
  }

  /** The last decision; empty before the first. */
  Optional<DecisionRow> decision() {
    ScalingDecision decided = lastDecided;
    Tick at = lastDecision;
    return decided == null || at == null
        ? Optional.empty()
        : Optional.of(
            new DecisionRow(
                at.wall(),
                decided.from(),
                decided.to(),
                decided.reason().code(),
                decided.describe()));
  }

  /**
   * Begins with the workers that an earlier daemon left behind, unless an operator wants another
   * size.
   */
  void beginWith(int active, Directive directive, Tick now) {
    target = directive.size().orElse(directive.bounded(active));
    lastDecision = now;
  }

  /** Follows what an operator has changed: the target at once; the next decision is due now. */
  void follow(Directive changed) {
    sizeBeforeOverride = operatorChanged ? sizeBeforeOverride : plannedSize();
    target = changed.size().orElse(changed.bounded(plannedSize()));
    awaitingIdle = 0;
    operatorChanged = true;
    if (!changed.aim().equals(aim)) {
      aim = changed.aim();
      policy = policyFor.apply(aim);
    }
  }

  /** Notes what a sample shows to be waiting or in hand. */
  void observe(Pool pool, long waiting, Tick now) {
    ages.observe(pool, now);
    if (lastWork == null || waiting > 0 || pool.busy() > 0) {
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
    boolean wakesUp = sampled && (policy.decidesAtSamples() || (target == 0 && waiting > 0));
    boolean isOver = lastDecision != null && now.hasPassed(rules.scalingPeriod(), lastDecision);
    return operatorChanged || wakesUp || isOver;
  }

  /** Time until a decision is due. */
  Duration untilDue(Tick now) {
    return lastDecision == null
        ? Duration.ZERO
        : rules.scalingPeriod().minus(now.since(lastDecision));
  }

  /** Decides on the pool's target. */
  void decide(Pool pool, Observation observation, Directive directive, Tick now) {
    lastDecision = now;
    if (policy.watchesMemory()) {
      price.learn(pool, now);
    }
    List<Duration> inHand = ages.ofActive(pool, now);
    ScalingInput input =
        new ScalingInput(
            now,
            directive.min(),
            directive.max(),
            headcount(pool, inHand, observation.unread()),
            demand(observation, inHand, now),
            policy.watchesMemory() ? price.use(pool, now) : MemoryUse.UNKNOWN,
            observation.noDataReason().or(() -> replacing(pool)));
    ScalingDecision decision = decided(input, observation, directive);
    events.accept(now, new ScalingEvent.Decided(decision, isRepeated(decision)));
    lastDecided = decision;
    int places = places(decision, input.workers().backingOff());
    target = directive.size().orElse(directive.bounded(places));
    awaitingIdle = 0;
    operatorChanged = false;
  }

  private ScalingDecision decided(
      ScalingInput input, Observation observation, Directive directive) {
    Optional<Integer> size = directive.size();
    if (size.isEmpty()) {
      return policy.decide(input);
    }
    return observation
        .noDataReason()
        .<ScalingDecision>map(why -> new Hold(input.active(), why))
        .orElseGet(() -> overridden(size.get(), directive.override(), input));
  }

  /**
   * From a number of active workers to one of places. What is wanted already and has only not come
   * about yet stays wanted, but a step down that found no idle worker so far ends with the decision
   * that wanted it.
   */
  private int places(ScalingDecision decision, int backingOff) {
    int present = plannedSize();
    if (decision instanceof ScalingDecision.Hold) {
      return present;
    }
    int wanted = decision.to() + backingOff;
    return decision instanceof ScalingDecision.Grow ? Math.max(present, wanted) : wanted;
  }

  /**
   * What keeps the pool from being what it is told to be, whatever it decides; empty if nothing.
   */
  Optional<String> trouble() {
    return Optional.ofNullable(lastDecided)
        .map(ScalingDecision::reason)
        .filter(reason -> reason.code() == Reason.Code.BUDGET_TOO_SMALL)
        .map(Reason::text);
  }

  private static ScalingDecision overridden(int size, SizeOverride override, ScalingInput input) {
    Reason reason =
        override instanceof SizeOverride.Paused
            ? new Reason(Reason.Code.PAUSED, "paused by an operator, resume ends that")
            : new Reason(
                Reason.Code.HELD,
                "held at %d by an operator, scale auto ends that".formatted(size));
    int active = input.active();
    int missing = size - active - input.workers().backingOff();
    if (missing > 0) {
      return new Grow(active, active + missing, reason);
    }
    // Places in backoff are given up before any worker goes.
    return size < active ? new Shrink(active, size, reason) : new Hold(active, reason);
  }

  /** A step down found too few idle workers so far: so many are still to go. */
  void awaitIdle(int excess) {
    awaitingIdle = excess;
  }

  /** Whether it says no more than the last one: another hold, or a step that is still to come. */
  private boolean isRepeated(ScalingDecision decision) {
    return lastDecided != null
        && decision.getClass() == lastDecided.getClass()
        && decision.reason().code() == lastDecided.reason().code()
        && (decision instanceof ScalingDecision.Hold
            || (decision.from() == lastDecided.from() && decision.to() == lastDecided.to()));
  }

  private Headcount headcount(Pool pool, List<Duration> inHand, int unread) {
    // A place whose worker went of its own accord is filled in this very turn.
    int refilled = (int) pool.vacancies().stream().filter(place -> place.failures() == 0).count();
    int surplus = surplus(pool, pool.active() + refilled);
    return new Headcount(
        pool.active() + refilled - surplus,
        pool.countedAgainstMax() + refilled - surplus,
        pool.vacancies().size() - refilled,
        inHand,
        foreign.capacity(),
        unread);
  }

  private Demand demand(Observation observation, List<Duration> inHand, Tick now) {
    double mean = services.mean(inHand, now);
    double seconds =
        services.queued(observation.queues(), mean, now) + observation.scheduled() * mean;
    Duration quiet = lastWork == null ? Duration.ZERO : now.since(lastWork);
    return new Demand(
        observation.load(),
        observation.recent().erlang(),
        rules.window(),
        observation.waiting(),
        seconds,
        mean,
        quiet);
  }

  /** Successors of workers that have not gone yet: no more room for jobs, once these have. */
  private int surplus(Pool pool, int active) {
    int wanted = operatorChanged ? sizeBeforeOverride : plannedSize();
    return Math.max(0, Math.min(pool.outdated().size(), active - wanted));
  }

  /**
   * What of the memory guards leaves no room for a worker that a restart leaves at its job, beside
   * its successor; empty if there is room, or nothing is restarted.
   */
  Optional<String> noRoom(Pool pool, Tick now) {
    if (restarted(pool) == 0 || !policy.watchesMemory()) {
      return Optional.empty();
    }
    price.learn(pool, now);
    return policy.tight(price.use(pool, now));
  }

  /** What a rolling restart waits for; empty if for nothing but successors. */
  Optional<String> restartWaits() {
    return restartWaits;
  }

  /** A rolling restart waits, or does not any more. */
  void restartWaits(Optional<String> why) {
    restartWaits = why;
  }

  /** A restart is over soon, and the size is settled afterwards. Recycling may never be. */
  private Optional<Reason> replacing(Pool pool) {
    long left = restarted(pool);
    return left == 0
        ? Optional.empty()
        : Optional.of(
            new Reason(
                Reason.Code.REPLACING,
                restartWaits
                    .map(why -> "restart waits: " + why)
                    .orElse(
                        left
                            + (left == 1 ? " worker is" : " workers are")
                            + " still to be replaced")));
  }

  private static long restarted(Pool pool) {
    return pool.outdated().stream()
        .filter(worker -> worker.outdated().equals(Optional.of(DrainReason.RESTART)))
        .count();
  }
}
