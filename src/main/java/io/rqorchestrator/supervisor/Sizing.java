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

/**
 * Decides the pool's target: calls the policy when a decision is due, and applies a size override.
 */
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

  /** Whether an operator has changed settings or the override since the last decision. */
  private boolean operatorChanged;

  /** The planned size before that change. */
  private int sizeBeforeChange;

  /**
   * @param directive the first directive
   * @param policyFor returns the policy for an aim
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

  /** Number of places wanted, including places whose workers will be retired once they are idle. */
  int plannedSize() {
    return target + awaitingIdle;
  }

  /** The age of a worker's job; empty if it has none. */
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

  /** Begins with the number of adopted workers as the target, unless there is a size override. */
  void beginWith(int active, Directive directive, Tick now) {
    target = directive.size().orElse(directive.bounded(active));
    lastDecision = now;
  }

  /** Follows an operator's change: changes the target at once, and makes a decision due. */
  void directiveChanged(Directive changed) {
    sizeBeforeChange = operatorChanged ? sizeBeforeChange : plannedSize();
    target = changed.size().orElse(changed.bounded(plannedSize()));
    awaitingIdle = 0;
    operatorChanged = true;
    if (!changed.aim().equals(aim)) {
      aim = changed.aim();
      policy = policyFor.apply(aim);
    }
  }

  /** Takes in a sample: the ages of jobs, and when there was work last. */
  void observe(Pool pool, long waiting, Tick now) {
    ages.observe(pool, now);
    if (lastWork == null || waiting > 0 || pool.busy() > 0) {
      lastWork = now;
    }
  }

  /**
   * Whether a decision is due. The first one is due one period after the adoption.
   *
   * @param sampled whether a sample has just come in
   * @param waiting number of waiting jobs; if the target is 0, a decision does not wait for the
   *     period
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
            observation.holdReason().or(() -> replacing(pool)));
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
        .holdReason()
        .<ScalingDecision>map(why -> new Hold(input.active(), why))
        .orElseGet(() -> overridden(size.get(), directive.override(), input));
  }

  /**
   * Converts the decided number of active workers to a number of places. Places that are wanted but
   * not filled yet stay wanted. A shrink that has found no idle worker so far does not outlast its
   * decision.
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
   * The reason why the pool cannot keep its settings, whatever the load is; empty if there is none.
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
    // Vacancies are removed before any worker is retired.
    return size < active ? new Shrink(active, size, reason) : new Hold(active, reason);
  }

  /** Notes how many workers a shrink still has to retire, because too few are idle. */
  void awaitIdle(int excess) {
    awaitingIdle = excess;
  }

  /**
   * Whether the decision repeats the last one: another hold for the same reason, or the same step.
   */
  private boolean isRepeated(ScalingDecision decision) {
    return lastDecided != null
        && decision.getClass() == lastDecided.getClass()
        && decision.reason().code() == lastDecided.reason().code()
        && (decision instanceof ScalingDecision.Hold
            || (decision.from() == lastDecided.from() && decision.to() == lastDecided.to()));
  }

  private Headcount headcount(Pool pool, List<Duration> inHand, int unread) {
    // A place whose worker ended in order is filled in this turn.
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

  /**
   * Number of successors beside outdated workers. They are no extra capacity once the outdated
   * workers have ended.
   */
  private int surplus(Pool pool, int active) {
    int wanted = operatorChanged ? sizeBeforeChange : plannedSize();
    return Math.max(0, Math.min(pool.outdated().size(), active - wanted));
  }

  /**
   * Which memory guard forbids one more straggler; empty if none does, or if there is no restart.
   */
  Optional<String> memoryShortage(Pool pool, Tick now) {
    if (restarted(pool) == 0 || !policy.watchesMemory()) {
      return Optional.empty();
    }
    price.learn(pool, now);
    return policy.memoryShortage(price.use(pool, now));
  }

  /** Why a rolling restart waits; empty if it waits only for successors or there is none. */
  Optional<String> restartWaits() {
    return restartWaits;
  }

  /** Notes why a rolling restart waits; empty if it does not. */
  void restartWaits(Optional<String> why) {
    restartWaits = why;
  }

  /**
   * The reason to hold the size during a rolling restart, which ends soon. Recycling may never end,
   * so it does not hold the size.
   */
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
