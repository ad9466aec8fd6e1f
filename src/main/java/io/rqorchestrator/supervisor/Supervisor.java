package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.DroppedLines;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.PoolStatus.LoopFigures;
import io.rqorchestrator.event.DaemonEvent;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.OperatorEvent;
import io.rqorchestrator.event.WorkerEvent;
import io.rqorchestrator.pool.PoolAction;
import io.rqorchestrator.pool.PoolMode;
import io.rqorchestrator.pool.PoolPlanner;
import io.rqorchestrator.pool.PoolTarget;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerProcesses;
import io.rqorchestrator.rq.RqView;
import io.rqorchestrator.time.DurationMath;
import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.TickSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs a pool in a loop: observe, measure, decide, plan, act. It owns the pool's mutable state: one
 * thread calls it, and other threads send it messages.
 */
public final class Supervisor {

  private static final Duration SHORT_REST = Duration.ofMillis(250);
  private static final Duration LONG_REST = Turns.LONGEST_REST;

  private final SupervisorRules rules;
  private final TickSource ticks;
  private final Inbox inbox;
  private final RqView rq;
  private final WorkerProcesses processes;
  private final Optional<Consumer<PoolStatus>> viewer;
  private final PoolParts parts;
  private final MessageReceiver receiver;
  private final PoolPlanner planner;
  private final DroppedLinesWatch lines;
  private final PoolView view;
  private final Turns turns = new Turns();

  private @Nullable Tick lastSampleRequest;
  private int reportedAwaitingIdle;

  /**
   * @param ports clocks, messages, Redis and processes
   * @param rules the rules of the pool
   * @param controls the connections with operators and viewers
   * @param sink takes the events
   */
  public Supervisor(
      SupervisorPorts ports, SupervisorRules rules, Controls controls, EventSink sink) {
    this.rules = rules;
    this.ticks = ports.ticks();
    this.inbox = ports.inbox();
    this.rq = ports.rq();
    this.processes = ports.processes();
    this.viewer = controls.viewer();
    this.parts = new PoolParts(ports, rules, controls, sink);
    this.receiver = new MessageReceiver(parts);
    this.planner = new PoolPlanner(rules.pool());
    this.lines = new DroppedLinesWatch(controls.dropped(), parts.events);
    this.view = new PoolView(controls.identity(), parts);
  }

  /**
   * Runs the pool until it was stopped and its last worker has ended.
   *
   * @return the daemon's exit code: 0 stopped as requested, 1 after a cold stop, after a refusal by
   *     Redis, or if the pool has ended a running job
   */
  public int run() throws InterruptedException {
    Duration rest = Duration.ZERO;
    while (true) {
      List<Message> messages = inbox.take(rest);
      try {
        if (tick(messages)) {
          return parts.stopping.exitCode();
        }
        rest = rest(ticks.now());
      } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
        // The jar may have been replaced while the daemon runs, or the host may allow no more
        // threads.
        parts.events.accept(ticks.now(), new DaemonEvent.TickFailed(String.valueOf(e)));
        rest = LONG_REST;
      }
    }
  }

  /** Why Redis refused access, if the pool did not begin because of that. */
  public Optional<String> refusal() {
    return parts.stopping.refusal();
  }

  /**
   * Takes one turn of the loop.
   *
   * @return whether the pool has ended
   */
  boolean tick(List<Message> messages) {
    Tick begun = ticks.now();
    turns.begin(begun).ifPresent(late -> resumeAfterStall(late, begun));
    try {
      return turn(messages, begun);
    } finally {
      Tick end = ticks.now();
      if (turns.end(begun, end)) {
        // In a long turn, signals may have been sent as late as its end.
        parts.roster.updateAll(worker -> worker.afterTurn(end, begun));
      }
    }
  }

  /**
   * Extends timeouts and discards job checks after the daemon stood still: workers' silence in that
   * time proves nothing.
   */
  private void resumeAfterStall(Duration late, Tick now) {
    parts.events.accept(now, new DaemonEvent.LoopStalled(late));
    parts.watch.restartTimeout(now);
    parts.roster.updateAll(worker -> worker.withBeatAt(now).afterStall(late, now));
    parts.jobChecks.discard();
    parts.deadWorkers.extendTimeouts(late);
  }

  private boolean turn(List<Message> messages, Tick now) {
    adoptSafely(now);
    boolean sampled = false;
    for (Message message : messages) {
      sampled |= deliverSafely(message, now) && message instanceof Message.SampleTaken;
    }
    parts.watch.check(now);
    requestSample(now);
    parts.memory.takeIn(parts.roster.pool(), now);
    parts.operator.observe(parts.roster.pool());

    Directive directive = parts.operator.directive();
    if (sampled) {
      measure(directive, now);
    }
    Observation observation = parts.measurement.observation(directive);
    boolean isOurs = parts.adoption.isDone();
    if (isOurs
        && !parts.stopping.isRequested()
        && parts.sizing.isDue(sampled, observation.waiting(), now)) {
      parts.sizing.decide(parts.roster.pool(), observation, directive, now);
    }
    if (isOurs) { // before adoption, workers of an earlier daemon would look like orphans
      tend(directive, observation, now);
    }
    act(
        planner.plan(
            parts.roster.pool(), mode(), target(directive, now), parts.jobChecks.open(), now),
        directive.min(),
        now);
    parts.jobChecks.send(now);
    if (!parts.stopping.isRequested()) {
      parts.restart.proceed(now);
    }
    boolean over = parts.stopping.isRequested() && isGone();
    if (over && isOurs) {
      parts.deadWorkers.removeAllRecords(now);
    }
    lines.check(now);
    viewer.ifPresent(
        show -> show.accept(view.status(directive, parts.stopping.mode(), figures(now), now)));
    return over;
  }

  /** Does what does not depend on the target: fork servers, dead workers, memory, health. */
  private void tend(Directive directive, Observation observation, Tick now) {
    PoolMode mode = parts.stopping.mode();
    processes.tend(mode == PoolMode.RUN, now);
    parts.deadWorkers.advance(pids(), mode, now);
    if (parts.watch.mayAct()) {
      parts.deadWorkers.removeRecords(now);
    }
    parts.housekeeping.run(directive, observation, mode, parts.sizing.trouble(), now);
  }

  private LoopFigures figures(Tick now) {
    DroppedLines dropped = lines.dropped();
    return new LoopFigures(turns.longest(now), dropped.log(), dropped.history());
  }

  private Set<Long> pids() {
    return parts.roster.pool().workers().stream()
        .map(Worker::pid)
        .filter(pid -> pid != 0)
        .collect(Collectors.toSet());
  }

  /**
   * Whether the pool has ended. A cold stop also ends a daemon that cannot complete the adoption.
   */
  private boolean isGone() {
    boolean isEmpty = parts.roster.pool().live() == 0;
    return parts.adoption.isDone()
        ? isEmpty && parts.deadWorkers.isSettled()
        : isEmpty && parts.stopping.mode() == PoolMode.COLD_STOP;
  }

  /**
   * Adopts the workers of an earlier daemon. Until all of them are adopted, messages are handled
   * but no worker is started.
   */
  private void adoptSafely(Tick now) {
    try {
      Directive directive = parts.operator.directive();
      if (parts.adoption.adopt(directive.min(), now)) {
        parts.sizing.beginWith(parts.roster.pool().active(), directive, now);
        parts.restart.adopted(parts.adoption.changed(), now);
        directive
            .size()
            .map(size -> directive.override().describe())
            .ifPresent(
                word -> parts.events.accept(now, new OperatorEvent.SizeOverrideRecalled(word)));
      }
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      parts.events.accept(now, new DaemonEvent.TickFailed(String.valueOf(e)));
    }
  }

  // Observe.

  /**
   * Delivers a message. A failure must not prevent the delivery of the other messages, because an
   * exit is reported only once.
   *
   * @return whether the message was handled
   */
  private boolean deliverSafely(Message message, Tick now) {
    try {
      message.deliver(receiver, now);
      return true;
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      parts.events.accept(now, new DaemonEvent.TickFailed(String.valueOf(e)));
      return false;
    }
  }

  private void requestSample(Tick now) {
    if (lastSampleRequest == null || now.hasPassed(rules.samplingInterval(), lastSampleRequest)) {
      lastSampleRequest = now;
      parts.watch.requested(now);
      rq.requestSample(
          parts.intake.names(),
          parts.deadWorkers.names(),
          parts.served.beginSearchIfDue(parts.roster, now));
    }
  }

  // Measure.

  private void measure(Directive directive, Tick now) {
    parts.measurement.measure(now);
    parts.sizing.observe(parts.roster.pool(), parts.measurement.waiting(directive), now);
    if (rules.burst()) {
      parts.stopping.endBurst(parts.measurement.isQuiet(parts.health.isDegraded()), now);
    }
  }

  // Plan and act.

  private PoolMode mode() {
    boolean knows = parts.adoption.isDone() && parts.watch.mayAct();
    return !parts.stopping.isRequested() && !knows ? PoolMode.WAIT : parts.stopping.mode();
  }

  private PoolTarget target(Directive directive, Tick now) {
    parts.launching.observe(parts.sizing.target(), now);
    return new PoolTarget(
            parts.sizing.target(),
            directive.min(),
            directive.max(),
            directive.waitsForIdle(),
            parts.sizing.memoryShortage(parts.roster.pool(), now))
        .atMost(parts.launching.capacity());
  }

  private void act(List<PoolAction> plan, int min, Tick now) {
    int excess = 0;
    Optional<String> waits = Optional.empty();
    for (PoolAction action : plan) {
      if (action instanceof PoolAction.AwaitIdle wait) {
        excess = wait.excess();
      } else if (action instanceof PoolAction.AwaitStragglers wait) {
        waits = Optional.of(wait.why());
      } else {
        parts.executor.carryOut(action, min, now);
      }
    }
    if (excess > 0 && excess != reportedAwaitingIdle) {
      parts.events.accept(now, new WorkerEvent.AwaitingIdle(excess));
    }
    reportedAwaitingIdle = excess;
    if (mode() == PoolMode.RUN) {
      parts.sizing.awaitIdle(excess);
      parts.sizing.restartWaits(waits);
      waits.ifPresent(why -> parts.restart.reportWait(why, now));
    }
  }

  /** Time until the next sample or decision is due; shorter while workers start or drain. */
  private Duration rest(Tick now) {
    if (!parts.adoption.isDone()) {
      return LONG_REST;
    }
    Duration rest = PoolPlanner.isBusy(parts.roster.pool()) ? SHORT_REST : LONG_REST;
    if (lastSampleRequest != null) {
      rest = shorter(rest, rules.samplingInterval().minus(now.since(lastSampleRequest)));
    }
    return parts.stopping.isRequested() ? rest : shorter(rest, parts.sizing.untilDue(now));
  }

  /** The shorter of the two, 0 at least. */
  private static Duration shorter(Duration one, Duration other) {
    Duration shorter = DurationMath.min(one, other);
    return shorter.isNegative() ? Duration.ZERO : shorter;
  }
}
