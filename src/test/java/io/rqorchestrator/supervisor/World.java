package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.control.Command;
import io.rqorchestrator.control.DroppedLines;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.PoolStatus.Identity;
import io.rqorchestrator.control.SizeSettings;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.pool.PoolRules;
import io.rqorchestrator.pool.RecycleRules;
import io.rqorchestrator.pool.RestartBackoff;
import io.rqorchestrator.rq.BusyReading;
import io.rqorchestrator.scaling.Aim;
import io.rqorchestrator.scaling.ScalingPolicy;
import io.rqorchestrator.scaling.ScalingRules;
import io.rqorchestrator.scaling.TargetWait;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor and everything around it, in virtual time. Checks at every turn what must always
 * hold: never more processes than max.
 */
final class World {

  private static final Duration STEP = Duration.ofMillis(50);

  final ManualTicks ticks = new ManualTicks();
  final Mailbox mailbox = new Mailbox();
  final RecordingEvents events = new RecordingEvents();
  final FakeRq rq;
  final FakeLauncher launcher;
  final Supervisor supervisor;

  /** Names of workers whose records were taken out of Redis. */
  final List<String> removed = new ArrayList<>();

  /** What an operator said and what the pool answered. */
  final List<Command.Answer> answers = new ArrayList<>();

  private final AtomicReference<PoolStatus> shown;
  private final int most;
  private @Nullable Arrivals arrivals;

  /** Jobs of one length at a steady pace. */
  private record Arrivals(Duration every, Duration length, Tick next) {}

  private World(Plan plan) {
    most = plan.most;
    shown = plan.shown;
    rq = new FakeRq(ticks, mailbox, plan.source);
    launcher = new FakeLauncher(ticks, mailbox, rq);
    launcher.manners(plan.manners);
    SupervisorPorts ports =
        new SupervisorPorts(
            ticks, mailbox, rq, this::remove, launcher, new RestartBackoff(unjittered()));
    supervisor =
        new Supervisor(ports, plan.rules(), plan.controls(), EventSink.all(events, plan.alsoTo));
  }

  private void remove(Collection<String> names) {
    removed.addAll(names);
    names.forEach(rq::forget);
  }

  /** A pool of {@code min} to {@code max} workers that grows above half utilization. */
  static Plan of(int min, int max) {
    return new Plan(min, max);
  }

  /** The settings of a world. */
  static final class Plan {
    private static final Aim FIRST_AIM = new Aim.Utilization(0.5);
    private final int min;
    private final int max;
    private int most;
    private FakeLauncher.Manners manners = FakeLauncher.Manners.GOOD;
    private ScalingPolicy policy = ScalingPolicy.utilization(0.5);
    private BusyReading.Source source = BusyReading.Source.EXACT;
    private Optional<Duration> drainTimeout = Optional.empty();
    private RecycleRules recycle = RecycleRules.NONE;
    private boolean burst;
    private boolean scheduler = true;
    private EventSink alsoTo = (at, event) -> {};
    private FakeSizeOverrideStore sizeOverride = new FakeSizeOverrideStore();
    private Supplier<DroppedLines> dropped = () -> DroppedLines.NONE;
    private final AtomicReference<PoolStatus> shown = new AtomicReference<>();

    private Plan(int min, int max) {
      this.min = min;
      this.max = max;
      this.most = max;
    }

    Plan threshold(double threshold) {
      return policy(ScalingPolicy.utilization(threshold));
    }

    Plan policy(ScalingPolicy value) {
      policy = value;
      return this;
    }

    Plan source(BusyReading.Source value) {
      source = value;
      return this;
    }

    Plan drainTimeout(Duration value) {
      drainTimeout = Optional.of(value);
      return this;
    }

    Plan recycle(RecycleRules value) {
      recycle = value;
      return this;
    }

    Plan burst() {
      burst = true;
      return this;
    }

    Plan withoutScheduler() {
      scheduler = false;
      return this;
    }

    Plan alsoTo(EventSink sink) {
      alsoTo = sink;
      return this;
    }

    Plan sizeOverride(FakeSizeOverrideStore store) {
      sizeOverride = store;
      return this;
    }

    Plan dropping(Supplier<DroppedLines> source) {
      dropped = source;
      return this;
    }

    private SupervisorRules rules() {
      return new SupervisorRules(
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          burst,
          new PoolRules(1, scheduler, Duration.ofSeconds(30), drainTimeout),
          recycle);
    }

    private Controls controls() {
      return new Controls(
          new Identity("test", "0123456789ab", "here", 1, "0", "redis://here", Instant.EPOCH),
          new SizeSettings(min, max, FIRST_AIM),
          sizeOverride,
          sizeSettings ->
              sizeSettings.min() <= sizeSettings.max()
                  ? Optional.empty()
                  : Optional.of("--min-workers must not exceed --max-workers"),
          aim -> aim.equals(FIRST_AIM) ? policy : policyFor(aim),
          Optional.of(shown::set),
          dropped);
    }

    private static ScalingPolicy policyFor(Aim aim) {
      return aim.targetWait()
          .map(target -> new TargetWait(target, Duration.ofSeconds(5), Duration.ofMinutes(1)))
          .map(wait -> ScalingPolicy.of(ScalingRules.targetWait(wait)))
          .orElseGet(() -> ScalingPolicy.utilization(aim.growsAbove().orElseThrow()));
    }

    /** Workers that a restart has replaced may finish their jobs beside the pool. */
    Plan mayExceedMax() {
      most = Integer.MAX_VALUE;
      return this;
    }

    /** A successor is there before the worker that it replaces is gone. */
    Plan mayExceedMaxByTheSurge() {
      most = max + 1;
      return this;
    }

    /** How the workers behave. */
    Plan manners(FakeLauncher.Manners value) {
      manners = value;
      return this;
    }

    World begins() {
      return new World(this);
    }

    /** A world that has run for so many seconds. */
    World runFor(double seconds) {
      World world = begins();
      world.runs(seconds);
      return world;
    }
  }

  /** From now on jobs of this length are enqueued at this interval. */
  void jobs(Duration every, Duration length) {
    arrivals = new Arrivals(every, length, ticks.now());
  }

  /** A job of this length is enqueued, and within a second a free worker takes it. */
  void beginsAJob(Duration length) {
    rq.enqueue(length);
    runs(1);
  }

  void noMoreJobs() {
    arrivals = null;
  }

  /**
   * Lets time pass.
   *
   * @return whether the pool came to its end
   */
  boolean runs(double seconds) {
    long end = ticks.now().nanos() + Math.round(seconds * 1e9);
    while (ticks.now().nanos() < end) {
      if (turn()) {
        return true;
      }
    }
    return false;
  }

  /** Lets time pass up to {@code seconds} after the beginning. */
  boolean runsUntil(double seconds) {
    return runs(seconds - now());
  }

  /** Lets a step of time pass without a turn of the loop. */
  void step() {
    ticks.advance(STEP);
    while (arrivals != null && !ticks.now().isBefore(arrivals.next())) {
      rq.enqueue(arrivals.length());
      arrivals =
          new Arrivals(arrivals.every(), arrivals.length(), arrivals.next().plus(arrivals.every()));
    }
    launcher.live();
  }

  private boolean turn() {
    step();
    boolean ended = supervisor.tick(messages());
    assertThat(launcher.alive().size()).as("live at %.2f s", now()).isLessThanOrEqualTo(most);
    return ended;
  }

  /** Takes all messages out of the mailbox. */
  List<Message> messages() {
    try {
      return new ArrayList<>(mailbox.take(Duration.ZERO));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Seconds since the beginning. */
  double now() {
    return ticks.now().nanos() / 1e9;
  }

  /** An operator's command; the answer is there after the next turn. */
  void operator(Command command) {
    mailbox.post(new Message.Operator(command, "operator test", answers::add));
  }

  /** What the pool answered last. */
  Command.Answer answer() {
    return answers.get(answers.size() - 1);
  }

  /** The status that the pool published last. */
  PoolStatus status() {
    return shown.get();
  }

  void asksToStop() {
    mailbox.post(new Message.StopRequest("SIGTERM"));
  }

  void asksToRestart() {
    mailbox.post(new Message.RestartRequest("SIGHUP"));
  }

  /** The worker of this number. */
  FakeWorker worker(int number) {
    return launcher.all().get(number - 1);
  }

  int alive() {
    return launcher.alive().size();
  }

  int launched() {
    return launcher.all().size();
  }

  long lostJobs() {
    return launcher.all().stream().filter(FakeWorker::hasLostItsJob).count();
  }

  private static RandomGenerator unjittered() {
    return new RandomGenerator() {
      @Override
      public double nextDouble() {
        return 0;
      }

      @Override
      public long nextLong() {
        throw new UnsupportedOperationException();
      }
    };
  }
}
