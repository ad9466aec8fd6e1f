package io.rqorchestrator.event;

import static io.rqorchestrator.event.Event.Level.CHANGE;
import static io.rqorchestrator.event.Event.Level.DETAIL;
import static io.rqorchestrator.event.Event.Level.WARNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.DrainStep;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.scaling.Aim;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.scaling.ScalingDecision;
import io.rqorchestrator.time.Ticks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The words that log, history and status show, and how loudly. */
class EventTest {

  private static final WorkerId W7 = new WorkerId(7);
  private static final Duration HALF = Duration.ofMillis(500);
  private static final Duration MINUTE = Duration.ofSeconds(61);
  private static final ScalingDecision HOLD =
      new ScalingDecision.Hold(2, new Reason(Reason.Code.WITHIN_BAND, "fine"));

  static Stream<Arguments> lines() {
    return Stream.of(
        arguments(
            new PoolEvent.PoolStarted(
                "web",
                "ab12",
                2,
                5,
                new Aim.Utilization(0.5),
                MINUTE,
                List.of("high", "low"),
                "redis://localhost"),
            CHANGE,
            "pool web (ab12): 2..5 workers for high, low on redis://localhost"),
        arguments(
            new ScalingEvent.Measured(
                2.2, MINUTE, 0.44, 5, 6, 3, 7, Optional.of(HALF), 90, 45.5, List.of()),
            DETAIL,
            "measured load 2.20, utilization 0.44, 5 active of 6 live, queued 7"),
        arguments(new ScalingEvent.Decided(HOLD, false), CHANGE, "hold at 2: fine"),
        arguments(new ScalingEvent.Decided(HOLD, true), DETAIL, "hold at 2: fine"),
        arguments(
            new WorkerEvent.WorkerStarted(W7, 4711, Role.ELASTIC, "web-w7"),
            CHANGE,
            "start w7 (pid 4711): elastic"),
        arguments(
            new WorkerEvent.StartFailed("start failed: fork: no memory", Duration.ofSeconds(4)),
            WARNING,
            "start failed: fork: no memory; tries again in 4s"),
        arguments(
            new WorkerEvent.WorkerReady(W7, 4711, HALF), CHANGE, "ready w7 (pid 4711) after 0.5s"),
        arguments(
            draining(DrainReason.RETIRE, DrainStep.ASKED, ""),
            CHANGE,
            "retire w7 (pid 4711): asked to go"),
        arguments(
            draining(DrainReason.STOP, DrainStep.ASKED, "j1"),
            CHANGE,
            "stop w7 (pid 4711): asked to go after its job j1"),
        arguments(
            draining(DrainReason.STOP, DrainStep.MARKED, ""),
            CHANGE,
            "stop w7 (pid 4711): waits until it can be signalled"),
        arguments(
            draining(DrainReason.RESTART, DrainStep.COLD, "j1"),
            WARNING,
            "restart w7 (pid 4711): cold stop, leaves job j1 started"),
        arguments(
            unconfirmed("j1"),
            WARNING,
            "stop w7 (pid 4711): cold stop, leaves job j1 started, according to the newest sample;"
                + " Redis does not answer"),
        arguments(
            unconfirmed(""),
            WARNING,
            "stop w7 (pid 4711): cold stop; it is not known whether it holds a job, because Redis"
                + " does not answer"),
        arguments(
            draining(DrainReason.RETIRE, DrainStep.WOKEN, ""),
            WARNING,
            "retire w7 (pid 4711): has not ended and holds no job, gets SIGCONT in case it was stopped"),
        arguments(
            new JobEvent.JobLeft(W7, 4711, "j1", true),
            WARNING,
            "w7 (pid 4711) was ended with job j1 in hand"),
        arguments(
            new JobEvent.JobLeft(W7, 4711, "", true),
            WARNING,
            "w7 (pid 4711) was ended with a job in hand; the last line of the worker names it"),
        arguments(
            new JobEvent.JobLeft(W7, 4711, "j1", false),
            WARNING,
            "w7 (pid 4711) died with job j1 in hand"),
        arguments(
            new JobEvent.JobPutBack("j1", "default", "w7"),
            WARNING,
            "job j1 was handed to w7, which did not begin it: put back to the head of queue default"),
        arguments(
            new JobEvent.JobNotPutBack("j1", "default", "w7 or w8", "the pool ends", false),
            WARNING,
            "job j1 of queue default may have been handed to w7 or w8, which did not begin it, and is"
                + " not put back: the pool ends; if no worker runs it:"
                + " redis-cli LPUSH rq:queue:default j1"),
        arguments(
            new JobEvent.JobNotPutBack("j1", "default", "w7", "the pool ends", true),
            WARNING,
            "job j1 of queue default may have been handed to w7, which did not begin it, and is"
                + " not put back: the pool ends; RQ's maintenance fails it in some minutes; then:"
                + " rq requeue --queue default j1"),
        arguments(
            new JobEvent.HandedUnknown("w7", "the pool ends"),
            WARNING,
            "it is not known whether w7 was handed a job that it did not begin: the pool ends"),
        arguments(
            draining(DrainReason.RECYCLE, DrainStep.COLD, ""),
            WARNING,
            "recycle w7 (pid 4711): cold stop"),
        arguments(
            draining(DrainReason.START_TIMEOUT, DrainStep.KILLED, ""),
            WARNING,
            "start timeout w7 (pid 4711): killed"),
        arguments(
            draining(DrainReason.UNRESPONSIVE, DrainStep.KILLED, "j1"),
            WARNING,
            "unresponsive w7 (pid 4711): killed, leaves job j1 started"),
        arguments(
            new WorkerEvent.AwaitingIdle(1),
            CHANGE,
            "retire waits: no idle worker (1 to go); tries again at the next sample"),
        arguments(
            gone(Ending.CRASHED, Optional.of(Duration.ofSeconds(2))),
            WARNING,
            "gone w7 (pid 4711): crashed (exit code 1) after 1m01s, replaced in 2s"),
        arguments(
            gone(Ending.FINISHED, Optional.of(Duration.ZERO)),
            CHANGE,
            "gone w7 (pid 4711): finished (exit code 1) after 1m01s, replaced at once"),
        arguments(
            gone(Ending.ASKED, Optional.empty()),
            CHANGE,
            "gone w7 (pid 4711): as requested (exit code 1) after 1m01s"),
        arguments(
            gone(Ending.WITHOUT_REDIS, Optional.of(Duration.ofSeconds(1))),
            CHANGE,
            "gone w7 (pid 4711): while Redis was away or RQ suspended (exit code 1) after 1m01s, replaced"
                + " in 1s"),
        arguments(
            new WorkerEvent.CrashPardoned("web-w7"),
            CHANGE,
            "no crash: web-w7 ended in order and is replaced at once"),
        arguments(
            new WorkerEvent.WorkerAdopted(W7, 4711, Role.CORE),
            CHANGE,
            "adopt w7 (pid 4711): core, left by an earlier daemon"),
        arguments(
            new WorkerEvent.WorkerOutdated(W7, 4711, DrainReason.UNRESPONSIVE, "no heartbeat"),
            CHANGE,
            "unresponsive w7 (pid 4711) once its successor is ready: no heartbeat"),
        arguments(
            new MemoryEvent.MemoryLimitTooLow(W7, 60 << 20, 50 << 20),
            WARNING,
            "--max-worker-memory (50 MB) is below what a new worker takes (w7: 60 MB): raise it"),
        arguments(
            new OrphanEvent.OrphanFound(5, Optional.of(Duration.ofSeconds(55))),
            WARNING,
            "orphan horse (pid 5): its worker is dead, it may finish its job within 55s"),
        arguments(
            new OrphanEvent.OrphanFound(5, Optional.empty()),
            WARNING,
            "orphan scheduler (pid 5): its worker is dead, so it is stopped"),
        arguments(
            new OrphanEvent.OrphanAllowed(5, "job-1", MINUTE),
            CHANGE,
            "orphan horse (pid 5): RQ counts its job job-1 as running, it may finish it within 1m01s"),
        arguments(
            new OrphanEvent.OrphanAllowed(5, "job-1", MINUTE.negated()),
            CHANGE,
            "orphan horse (pid 5): RQ counts its job job-1 as running, it may finish it within 0s"),
        arguments(
            new OrphanEvent.OrphanKilled(5, MINUTE, "", false),
            WARNING,
            "orphan horse (pid 5) killed after 1m01s: RQ is about to fail or retry its job"),
        arguments(
            new OrphanEvent.OrphanKilled(5, HALF, "job-1", true),
            WARNING,
            "orphan horse (pid 5) killed after 0.5s: cold stop, leaves job job-1 started"),
        arguments(
            new OrphanEvent.OrphanLeftAlone(5),
            CHANGE,
            "process (pid 5) is left alone: it may be the horse of a dead worker, or started by a job"),
        arguments(new OrphanEvent.OrphanGone(5, HALF), CHANGE, "orphan (pid 5) gone after 0.5s"),
        arguments(
            new OrphanEvent.DeadWorkerRecordRemoved("web-w7"),
            CHANGE,
            "record of dead worker web-w7 removed from Redis"),
        arguments(
            new OperatorEvent.RestartRequested("SIGHUP", 3),
            CHANGE,
            "SIGHUP: rolling restart of 3 workers"),
        arguments(
            new OperatorEvent.RestartQueued("SIGHUP"),
            CHANGE,
            "SIGHUP: a rolling restart is under way, one more follows"),
        arguments(
            new OperatorEvent.RestartWaits(
                "2 workers of earlier releases still finish jobs, 2 allowed"),
            WARNING,
            "restart waits: 2 workers of earlier releases still finish jobs, 2 allowed"),
        arguments(
            new OperatorEvent.RestartDone(MINUTE), CHANGE, "rolling restart done after 1m01s"),
        arguments(new PoolEvent.Degraded("w7 crashed"), WARNING, "degraded: w7 crashed"),
        arguments(
            new MemoryEvent.MemoryTaken(256 << 20, 50 << 20, 30 << 20, 8, 20 << 20, 24 << 20),
            CHANGE,
            "memory 256 MB: daemon 50 MB, fork server 30 MB, 8 workers of 20 MB..24 MB"),
        arguments(
            new ForkServerEvent.Preloaded(99, HALF),
            CHANGE,
            "preloaded by fork server (pid 99) in 0.5s"),
        arguments(
            new ForkServerEvent.PreloadFailed("ImportError: x", true),
            WARNING,
            "preload failed: ImportError: x; no restart, the workers keep running"),
        arguments(
            new ForkServerEvent.PreloadFailed("ImportError: x", false),
            WARNING,
            "preload failed: ImportError: x; tries again"),
        arguments(
            new ForkServerEvent.ForkServerLost(99, "it ended with signal 9"),
            WARNING,
            "fork server (pid 99) lost: it ended with signal 9; its workers live on, a new fork"
                + " server is started"),
        arguments(new PoolEvent.Recovered(MINUTE), CHANGE, "recovered after 1m01s"),
        arguments(
            new RedisEvent.RedisAway("refused", Duration.ofSeconds(5)),
            WARNING,
            "waiting for Redis: refused; nothing is started or retired until it answers, tries every"
                + " 5s"),
        arguments(new RedisEvent.RedisBack(MINUTE), CHANGE, "Redis answers again after 1m01s"),
        arguments(
            new RedisEvent.Suspension(true),
            CHANGE,
            "rq suspend is in force: nothing is started or retired until rq resume"),
        arguments(new RedisEvent.Suspension(false), CHANGE, "rq resume: scaling goes on"),
        arguments(new PoolEvent.Unguarded("why"), WARNING, "a stop may lose a job: why"),
        arguments(
            new OperatorEvent.StopRequested("SIGTERM", false, 3),
            CHANGE,
            "SIGTERM: draining 3 workers, each finishes its job"),
        arguments(
            new OperatorEvent.StopRequested("SIGTERM", true, 3),
            WARNING,
            "SIGTERM: cold stop of 3 workers, the jobs are left to RQ's clean-up"),
        arguments(
            new OperatorEvent.CommandAnswered(
                "operator root", "scale 3", true, "held at 3 (was 1)"),
            CHANGE,
            "operator root: scale 3: held at 3 (was 1)"),
        arguments(
            new OperatorEvent.CommandAnswered(
                "operator root", "scale 9", false, "scale (9) must be less"),
            CHANGE,
            "operator root: scale 9: refused: scale (9) must be less"),
        arguments(
            new OperatorEvent.SizeOverrideRecalled("held at 3"),
            CHANGE,
            "held at 3 by an operator before this daemon began; scale auto ends that"),
        arguments(
            new PoolEvent.OtherPoolSeen("mail", "h"),
            CHANGE,
            "pool mail on h takes jobs from these queues, too: a backlog is shared with its"
                + " workers"),
        arguments(
            new PoolEvent.ForeignWorkersSeen("h", List.of("a", "b", "c", "d")),
            WARNING,
            "foreign workers on h take jobs from these queues, not counted and not touched:"
                + " a, b, c, ..."),
        arguments(
            new RedisEvent.LeftOut(3),
            WARNING,
            "3 names or values in Redis are too many or too long and are left out: look at the workers that"
                + " are registered on these queues"),
        arguments(
            new RedisEvent.LeftOut(0),
            CHANGE,
            "no name and no value in Redis is left out any more"),
        arguments(new PoolEvent.PoolStopped(0), CHANGE, "stopped"),
        arguments(new PoolEvent.PoolStopped(1), CHANGE, "stopped, exit code 1"),
        arguments(
            new DaemonEvent.LoopStalled(Duration.ofSeconds(19)),
            WARNING,
            "the daemon stood still for 19s: all timeouts of Redis and workers start again"),
        arguments(
            new DaemonEvent.LinesDropped(12, 3),
            WARNING,
            "12 lines of the log and 3 of the history file were dropped: they could not be written in time"),
        arguments(
            new DaemonEvent.TickFailed("java.lang.Error"),
            WARNING,
            "internal error, the pool is held as it is: java.lang.Error"));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void saysWhatHappened(Event event, Event.Level level, String line) {
    assertThat(event.describe()).isEqualTo(line);
    assertThat(event.level()).isEqualTo(level);
  }

  /** Somebody adds a kind of event: its words belong into the table above. */
  @Test
  void everyKindIsSpoken() {
    Set<Class<?>> spoken =
        lines().map(line -> line.get()[0].getClass()).collect(Collectors.toSet());

    List<Class<?>> all =
        Arrays.stream(Event.class.getPermittedSubclasses())
            .<Class<?>>flatMap(subject -> Arrays.stream(subject.getPermittedSubclasses()))
            .toList();
    assertThat(spoken).containsExactlyInAnyOrderElementsOf(all);
  }

  @ParameterizedTest
  @MethodSource("lines")
  void canBeWrittenDownAsData(Event event, Event.Level level, String line) {
    assertThat(EventFields.kind(event)).matches("[a-z]+(_[a-z]+)*");
    assertThat(EventFields.of(event)).allSatisfy(EventTest::isPlain);
  }

  private static void isPlain(String name, Object value) {
    assertThat(name).matches("[a-z]+(_[a-z]+)*");
    assertThat(value)
        .satisfiesAnyOf(
            it -> assertThat(it).isInstanceOf(String.class),
            it -> assertThat(it).isInstanceOf(Number.class),
            it -> assertThat(it).isInstanceOf(Boolean.class),
            it -> assertThat(it).isInstanceOf(List.class));
  }

  @Test
  void keepsTheQueuesItWasGiven() {
    List<String> queues = new ArrayList<>(List.of("default"));
    PoolEvent.PoolStarted started =
        new PoolEvent.PoolStarted(
            "web", "ab12", 2, 5, new Aim.Utilization(0.5), MINUTE, queues, "redis://localhost");
    queues.clear();

    assertThat(started.queues()).containsExactly("default");
  }

  @Test
  void isTakenByEachOfSeveralSinksInOrder() {
    List<String> taken = new ArrayList<>();
    EventSink both =
        EventSink.all(
            (at, event) -> taken.add("one " + event.describe()),
            (at, event) -> taken.add("two " + event.describe()));
    both.accept(Ticks.at(1), new PoolEvent.PoolStopped(0));

    assertThat(taken).containsExactly("one stopped", "two stopped");
  }

  private static Event unconfirmed(String job) {
    return new WorkerEvent.WorkerDraining(W7, 4711, DrainReason.STOP, DrainStep.COLD, job, false);
  }

  private static Event draining(DrainReason reason, DrainStep step, String job) {
    return new WorkerEvent.WorkerDraining(W7, 4711, reason, step, job, true);
  }

  private static Event gone(Ending ending, Optional<Duration> retryIn) {
    return new WorkerEvent.WorkerGone(W7, 4711, ending, "exit code 1", MINUTE, retryIn);
  }
}
