package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.Command;
import io.rqorchestrator.control.Command.Answer.Accepted;
import io.rqorchestrator.control.Command.Answer.Refused;
import io.rqorchestrator.control.DroppedLines;
import io.rqorchestrator.control.EventTally;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.PoolStatus.LoopFigures;
import io.rqorchestrator.event.DaemonEvent;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.ForkServerEvent;
import io.rqorchestrator.event.OperatorEvent;
import io.rqorchestrator.event.ScalingEvent;
import io.rqorchestrator.event.WorkerEvent;
import io.rqorchestrator.measure.BusyLedger;
import io.rqorchestrator.measure.Load;
import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.pool.PoolAction;
import io.rqorchestrator.pool.PoolMode;
import io.rqorchestrator.pool.PoolPlanner;
import io.rqorchestrator.pool.PoolRules;
import io.rqorchestrator.pool.RecycleRules;
import io.rqorchestrator.pool.RestartBackoff;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerProcesses;
import io.rqorchestrator.rq.Histogram;
import io.rqorchestrator.rq.RqQueue;
import io.rqorchestrator.rq.RqRecords;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqView;
import io.rqorchestrator.scaling.ScalingPolicy;
import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.TickSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a pool: observe, measure, decide, plan, act. Sole owner of the pool's mutable state; one
 * thread calls it, and everything else reaches it through its inbox.
 */
public final class Supervisor {

  private static final Duration SHORT_REST = Duration.ofMillis(250);
  private static final Duration LONG_REST = Turns.LONGEST_REST;

  private final SupervisorRules rules;
  private final TickSource ticks;
  private final Inbox inbox;
  private final RqView rq;
  private final RqWatch watch;
  private final Crew crew;
  private final BusyLedger ledger;
  private final Sizing sizing;
  private final Steerage steerage;
  private final RollingRestart restart;
  private final Stopping stopping;
  private final PoolView view;
  private final Optional<Consumer<PoolStatus>> viewer;
  private final EventSink events;
  private final LineWatch lines;
  private final Turns turns = new Turns();

  private Load load = Load.NONE;
  private Load recent = Load.NONE;
  private @Nullable Tick lastSampleAsked;
  private int reportedAwaitingIdle;
  private boolean adopted;

  private Supervisor(
      SupervisorRules rules,
      TickSource ticks,
      Inbox inbox,
      RqView rq,
      RqWatch watch,
      Crew crew,
      BusyLedger ledger,
      Sizing sizing,
      Steerage steerage,
      PoolView view,
      Controls controls,
      EventSink events) {
    this.rules = rules;
    this.ticks = ticks;
    this.inbox = inbox;
    this.rq = rq;
    this.watch = watch;
    this.crew = crew;
    this.ledger = ledger;
    this.sizing = sizing;
    this.steerage = steerage;
    this.restart = new RollingRestart(crew, events);
    this.stopping = new Stopping(crew, events);
    this.view = view;
    this.viewer = controls.viewer();
    this.lines = new LineWatch(controls.dropped(), events);
    this.events = events;
  }

  /**
   * Puts a supervisor together.
   *
   * @param hostname this host as Python's {@code socket.gethostname()} names it
   * @param controls who watches and steers
   * @param sink takes the events
   */
  public static Supervisor of(
      SupervisorRules rules,
      PoolRules poolRules,
      ScalingPolicy policy,
      TickSource ticks,
      Inbox inbox,
      RqView rq,
      WorkerProcesses processes,
      RecycleRules recycleRules,
      RestartBackoff backoff,
      RqRecords records,
      String hostname,
      Controls controls,
      EventSink sink) {
    EventTally tally = new EventTally();
    EventSink events = EventSink.all(sink, tally);
    BusyLedger ledger = new BusyLedger(rules.window());
    RqWatch watch = new RqWatch(rules.staleAfter(), events);
    Crew crew =
        new Crew(
            processes,
            poolRules,
            hostname,
            recycleRules,
            ledger,
            backoff,
            rq,
            records,
            new ServedQueues(controls.identity().redis()),
            events);
    ForeignWorkers foreign = new ForeignWorkers(events);
    Helm helm = Helm.of(rules, controls);
    Sizing sizing =
        new Sizing(
            rules,
            helm,
            policy,
            new ServiceTimes(crew.jobs()),
            new WorkerPrice(crew.memory(), processes),
            foreign,
            events);
    return new Supervisor(
        rules,
        ticks,
        inbox,
        rq,
        watch,
        crew,
        ledger,
        sizing,
        new Steerage(helm, sizing, crew, poolRules, controls.policyFor()),
        new PoolView(
            controls.identity(), rules.window(), crew, watch, sizing, helm, tally, foreign),
        controls,
        events);
  }

  /**
   * Runs the pool until it was stopped and its last worker is gone.
   *
   * @return the daemon's exit code: 0 stopped as asked, 1 after a cold stop, after a refusal by
   *     Redis, or if the pool has ended a job that a worker had in hand
   */
  public int run() throws InterruptedException {
    Duration rest = Duration.ZERO;
    while (true) {
      List<Message> messages = inbox.take(rest);
      try {
        if (tick(messages)) {
          return stopping.exitCode();
        }
        rest = rest(ticks.now());
      } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
        // The jar may have been replaced under us, or the host may give no more threads.
        events.accept(ticks.now(), new DaemonEvent.TickFailed(String.valueOf(e)));
        rest = LONG_REST;
      }
    }
  }

  /** What Redis had against us, if that is why the pool was not even begun; for the user. */
  public Optional<String> refusal() {
    return stopping.refusal();
  }

  /**
   * One turn of the loop.
   *
   * @return whether the pool has come to its end
   */
  boolean tick(List<Message> messages) {
    Tick begun = ticks.now();
    turns.begin(begun).ifPresent(late -> stalled(late, begun));
    try {
      return turn(messages, begun);
    } finally {
      Tick end = ticks.now();
      if (turns.end(begun, end)) {
        crew.steppedUntil(end, begun);
      }
    }
  }

  /** We heard nobody while we stood still, so nobody was silent. */
  private void stalled(Duration late, Tick now) {
    events.accept(now, new DaemonEvent.LoopStalled(late));
    watch.stalled(now);
    crew.stalled(late, now);
  }

  private boolean turn(List<Message> messages, Tick now) {
    adoptSafely(now);
    boolean sampled = false;
    for (Message message : messages) {
      sampled |= takeSafely(message, now);
    }
    watch.check(now);
    askForSample(now);
    crew.weigh(now);
    if (sampled) {
      measure(now);
      if (rules.burst()) {
        stopping.endBurst(isQuiet(), now);
      }
    }
    if (!stopping.isRequested() && adopted && sizing.isDue(sampled, waiting(), now)) {
      List<RqQueue> queues = watch.newest().map(RqSnapshot::queues).orElse(List.of());
      sizing.decide(
          crew.pool(), load, recent, waiting(), queues, crew.unread(), watch.noDataReason(), now);
    }
    if (adopted) { // what is not adopted yet looks as if it were left behind by nobody
      crew.tend(watch.isGood(), stopping.mode(), waiting(), sizing.trouble(), now);
    }
    int room = crew.room(sizing.target(), now).orElse(Integer.MAX_VALUE);
    PoolPlanner planner = steerage.planner().within(sizing.tight(crew.pool(), now)).atMost(room);
    int target = Math.min(sizing.target(), room);
    act(planner.plan(crew.pool(), mode(), target, crew.jobChecks(), now), now);
    crew.sendJobChecks(now);
    if (!stopping.isRequested()) {
      restart.goOn(now);
    }
    boolean over = stopping.isRequested() && isGone(now);
    if (over && adopted) {
      crew.close(now);
    }
    lines.check(now);
    viewer.ifPresent(show -> show.accept(view.status(load, stopping.mode(), figures(now), now)));
    return over;
  }

  private LoopFigures figures(Tick now) {
    DroppedLines dropped = lines.dropped();
    return new LoopFigures(turns.longest(now), dropped.log(), dropped.history());
  }

  /** A second SIGTERM ends even a daemon that cannot adopt what it has found. */
  private boolean isGone(Tick now) {
    boolean gaveUp = stopping.mode() == PoolMode.COLD_STOP && crew.pool().live() == 0;
    return adopted ? crew.isGone(now) : gaveUp;
  }

  /**
   * What an earlier daemon left behind is the pool that this one begins with. Until all of it is
   * there nothing is started; what is asked of us meanwhile is heard all the same.
   */
  private void adoptSafely(Tick now) {
    if (adopted) {
      return;
    }
    try {
      adopted = crew.adoptSurvivors(now);
      if (!adopted) {
        return;
      }
      restart.adopted(now);
      sizing.beginWith(crew.pool().active());
      steerage
          .recalled()
          .ifPresent(word -> events.accept(now, new OperatorEvent.SizeOverrideRecalled(word)));
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      events.accept(now, new DaemonEvent.TickFailed(String.valueOf(e)));
    }
  }

  // Observe.

  /** A message that makes trouble must not take the others along: an exit is told only once. */
  private boolean takeSafely(Message message, Tick now) {
    try {
      return take(message, now);
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      events.accept(now, new DaemonEvent.TickFailed(String.valueOf(e)));
      return false;
    }
  }

  private boolean take(Message message, Tick now) {
    if (message instanceof Message.SampleTaken taken) {
      boolean wasBlind = !watch.isGood();
      watch.taken(taken.snapshot(), now);
      Set<String> ours = crew.rqNames();
      crew.observe(taken.snapshot(), now);
      ours.addAll(crew.rqNames());
      view.observe(taken.snapshot(), ours, now);
      if (wasBlind) {
        crew.forgiveSilence(now);
      }
      return true;
    }
    if (message instanceof Message.SampleFailed failed) {
      if (isTheUsersToMend(failed)) {
        stopping.refuse(failed.problem(), now);
      } else {
        watch.failed(failed.problem(), now);
      }
    } else if (message instanceof Message.JobsFound found) {
      crew.jobsFound(found, now);
    } else if (message instanceof Message.HandedFound found) {
      crew.handedJobs().found(found.look(), found.askedAt(), now);
    } else if (message instanceof Message.PutBackTried tried) {
      crew.handedJobs().tried(tried.job(), tried.outcome(), now);
    } else if (message instanceof Message.WorkerExited exited) {
      crew.exited(exited.worker(), exited.exitCode(), watch.isGood(), now);
    } else if (message instanceof Message.WorkerForked forked) {
      crew.forked(forked.worker(), now);
    } else if (message instanceof Message.LaunchFailed failed) {
      crew.launchFailed(failed.worker(), failed.problem(), now);
    } else if (message instanceof Message.LaunchHeldBack held) {
      crew.heldBack(held.worker(), held.shortage(), now);
    } else if (message instanceof Message.Preloaded preloaded) {
      restart.preloaded(preloaded, stopping.isRequested(), now);
    } else if (message instanceof Message.PreloadFailed failed) {
      restart.preloadFailed(failed, now);
    } else if (message instanceof Message.ForkServerLost lost) {
      events.accept(now, new ForkServerEvent.ForkServerLost(lost.pid(), lost.problem()));
    } else if (message instanceof Message.Stop stop) {
      stopping.ask(stop.by(), now);
    } else if (message instanceof Message.Drain drain) {
      stopping.drain(drain.by(), now);
    } else if (message instanceof Message.Restart wanted && !stopping.isRequested()) {
      restart.ask(wanted.by(), now);
    } else if (message instanceof Message.Operator order) {
      Command.Answer answer = obey(order, now);
      boolean accepted = answer.refusal().isEmpty();
      events.accept(
          now,
          new OperatorEvent.CommandAnswered(
              order.by(), order.command().describe(), accepted, answer.text()));
      if (order.command() instanceof Command.Restart || order.command() instanceof Command.Drain) {
        order.reply().accept(answer);
      } else {
        steerage.answerWhenKept(order.command(), answer, order.reply());
      }
    }
    return false;
  }

  private Command.Answer obey(Message.Operator order, Tick now) {
    Command command = order.command();
    int live = crew.pool().live();
    if (stopping.isRequested()) {
      return new Refused("the pool is stopping, " + live + " workers to go");
    }
    if (command instanceof Command.Restart) {
      return new Accepted(restart.ask(order.by(), now));
    }
    if (command instanceof Command.Drain) {
      stopping.drain(order.by(), now);
      return new Accepted("the pool stops; %d workers finish their jobs first".formatted(live));
    }
    return steerage.obey(command, now);
  }

  /**
   * A refusal while there is no worker yet is the user's to mend; later it is waited out. Workers
   * that an earlier daemon left behind may well get on with Redis.
   */
  private boolean isTheUsersToMend(Message.SampleFailed failed) {
    boolean begun = watch.newest().isPresent() || crew.pool().live() > 0;
    return failed.denied() && !begun && !stopping.isRequested();
  }

  private void askForSample(Tick now) {
    if (lastSampleAsked == null || now.hasPassed(rules.samplingInterval(), lastSampleAsked)) {
      lastSampleAsked = now;
      watch.asked(now);
      rq.requestSample(crew.rqNames(), crew.deadNames(), crew.seeksWorkers(now));
    }
  }

  // Measure.

  private void measure(Tick now) {
    RqSnapshot snapshot = watch.newest().orElseThrow();
    load = ledger.load(snapshot.at());
    recent = ledger.load(snapshot.at(), rules.window().dividedBy(3));
    Pool pool = crew.pool();
    Histogram jobs = crew.jobs().totals().durations();
    sizing.observe(pool, waiting(), now);
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

  /**
   * Whether the queues are empty and no worker is busy. A worker that died is waited for, in case
   * its job comes back; but not if workers die again and again.
   */
  private boolean isQuiet() {
    RqSnapshot snapshot = watch.newest().orElseThrow();
    Pool pool = crew.pool();
    return snapshot.queued() == 0
        && due(snapshot) == 0
        && (pool.vacancies().isEmpty() || crew.health().isDegraded())
        && pool.workers().stream().allMatch(Worker::isIdle);
  }

  /**
   * Jobs that wait. Scheduled jobs that are due wait, too, where they would keep waiting if the
   * last worker went.
   */
  private long waiting() {
    RqSnapshot snapshot = watch.newest().orElse(null);
    if (snapshot == null) {
      return 0;
    }
    boolean last = crew.pool().active() <= (steerage.rules().min() == 0 ? 1 : 0);
    return last ? snapshot.queued() + due(snapshot) : snapshot.queued();
  }

  /** Scheduled jobs that are due and that a worker of ours would move. */
  private long due(RqSnapshot snapshot) {
    return steerage.rules().scheduler() ? snapshot.due() : 0;
  }

  // Plan and act.

  private PoolMode mode() {
    boolean knows = adopted && watch.isGood();
    return !stopping.isRequested() && !knows ? PoolMode.WAIT : stopping.mode();
  }

  private void act(List<PoolAction> plan, Tick now) {
    int excess = 0;
    Optional<String> waits = Optional.empty();
    for (PoolAction action : plan) {
      if (action instanceof PoolAction.AwaitIdle wait) {
        excess = wait.excess();
      } else if (action instanceof PoolAction.AwaitStragglers wait) {
        waits = Optional.of(wait.why());
      } else {
        crew.carryOut(action, now);
      }
    }
    if (excess > 0 && excess != reportedAwaitingIdle) {
      events.accept(now, new WorkerEvent.AwaitingIdle(excess));
    }
    reportedAwaitingIdle = excess;
    if (mode() == PoolMode.RUN) {
      sizing.awaitIdle(excess);
      sizing.restartWaits(waits);
      waits.ifPresent(why -> restart.waits(why, now));
    }
  }

  /** Until the next sample or decision is due, or sooner while something is under way. */
  private Duration rest(Tick now) {
    if (!adopted) {
      return LONG_REST;
    }
    Duration rest = PoolPlanner.isBusy(crew.pool()) ? SHORT_REST : LONG_REST;
    if (lastSampleAsked != null) {
      rest = shorter(rest, rules.samplingInterval().minus(now.since(lastSampleAsked)));
    }
    return !stopping.isRequested() ? shorter(rest, sizing.untilDue(now)) : rest;
  }

  /** The shorter of the two, 0 at least. */
  private static Duration shorter(Duration one, Duration other) {
    Duration shorter = one.compareTo(other) < 0 ? one : other;
    return shorter.isNegative() ? Duration.ZERO : shorter;
  }
}
