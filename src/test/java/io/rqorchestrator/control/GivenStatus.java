package io.rqorchestrator.control;

import io.rqorchestrator.control.Counters.DecisionCount;
import io.rqorchestrator.control.Counters.DecisionKind;
import io.rqorchestrator.control.Counters.ExitCount;
import io.rqorchestrator.control.JobFigures.Distribution;
import io.rqorchestrator.control.PoolStatus.DecisionRow;
import io.rqorchestrator.control.PoolStatus.ForeignRow;
import io.rqorchestrator.control.PoolStatus.Identity;
import io.rqorchestrator.control.PoolStatus.LoadFigures;
import io.rqorchestrator.control.PoolStatus.LoopFigures;
import io.rqorchestrator.control.PoolStatus.OrphanRow;
import io.rqorchestrator.control.PoolStatus.QueueRow;
import io.rqorchestrator.control.PoolStatus.SampleFigures;
import io.rqorchestrator.control.PoolStatus.Size;
import io.rqorchestrator.control.PoolStatus.VacancyRow;
import io.rqorchestrator.control.PoolStatus.WorkerActivity;
import io.rqorchestrator.control.PoolStatus.WorkerRow;
import io.rqorchestrator.event.Ending;
import io.rqorchestrator.pool.Overhead;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.scaling.Aim;
import io.rqorchestrator.scaling.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A pool's status to show: it has a bit of everything. */
public final class GivenStatus {

  /** When it was true. */
  public static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

  private PoolState state = PoolState.RUNNING;
  private Optional<String> problem = Optional.empty();
  private boolean redisUp = true;
  private Instant at = NOON;
  private String queue = "default";
  private List<WorkerRow> workers = workers("f3a4e0b2-8f1c-4b6e-9a52-6f0a1c2d3e4f");
  private Optional<Instant> sampled = Optional.of(NOON.minusMillis(300));
  private Aim aim = new Aim.Utilization(0.5);
  private int crowd = 1;

  /** The pool as it is when all is well. */
  public static PoolStatus plain() {
    return new GivenStatus().status();
  }

  /** The pool when a worker of it has failed. */
  public static PoolStatus degraded() {
    return new GivenStatus()
        .in(PoolState.DEGRADED)
        .because("w4 crashed (exit code 1) after 0.5s")
        .status();
  }

  public GivenStatus at(Instant when) {
    at = when;
    return this;
  }

  public GivenStatus in(PoolState what) {
    state = what;
    return this;
  }

  public GivenStatus because(String what) {
    problem = Optional.of(what);
    return this;
  }

  public GivenStatus withoutRedis() {
    redisUp = false;
    state = PoolState.WAITING_FOR_REDIS;
    return this;
  }

  public GivenStatus neverSampled() {
    sampled = Optional.empty();
    return this;
  }

  public GivenStatus onQueue(String name) {
    queue = name;
    return this;
  }

  public GivenStatus atJob(String id) {
    workers = workers(id);
    return this;
  }

  public GivenStatus idleWorkers(int count) {
    workers =
        IntStream.rangeClosed(1, count)
            .mapToObj(number -> worker(number, Role.ELASTIC, WorkerActivity.IDLE, "", ""))
            .toList();
    return this;
  }

  /** So many of whatever it has beside its workers. */
  public GivenStatus crowded(int times) {
    crowd = times;
    return this;
  }

  private <T> List<T> crowd(IntFunction<T> one) {
    return IntStream.range(0, crowd).mapToObj(one).toList();
  }

  public GivenStatus aimingAt(Duration wait) {
    aim = new Aim.Wait(wait);
    return this;
  }

  public PoolStatus status() {
    return new PoolStatus(
        new Identity(
            "mail",
            "0123456789ab",
            "host1",
            4711,
            "0.1.0",
            "redis://localhost:6379/0",
            NOON.minusSeconds(3725)),
        at,
        state,
        problem,
        redisUp,
        new Size(1, 8, 3, OptionalInt.empty(), OptionalInt.empty(), 3, 4, 1, 1, 1, 1, 0, 0, 0),
        new LoadFigures(
            1.26,
            0.42,
            aim.growsAbove(),
            aim.targetWait(),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30)),
        crowd(number -> new VacancyRow(2 + number, Duration.ofMillis(3500 + 1000L * number))),
        Stream.concat(
                Stream.of(new QueueRow("high", 0, Optional.empty(), 0)),
                crowd(number -> queue(number == 0 ? queue : queue + number)).stream())
            .toList(),
        workers,
        crowd(number -> new OrphanRow(99 + number, true, NOON.minusSeconds(5))),
        crowd(number -> foreign("other." + (1 + number), "host" + (2 + number / 8))),
        Optional.of(
            new DecisionRow(
                NOON.minusSeconds(2),
                3,
                3,
                Reason.Code.WITHIN_BAND,
                "hold at 3: utilization 0.42 in 0.25..0.50 (load 1.26, window 30s, queued 12)")),
        new JobFigures(
            4,
            new Distribution(
                List.of(0.1, 1.0),
                List.of(1L, 2L, 1L),
                3.5,
                Optional.of(Duration.ofMillis(400)),
                Optional.of(Duration.ofMillis(1500))),
            Distribution.EMPTY),
        OptionalLong.of(180L << 20),
        Optional.of(new Overhead(50L << 20, 20L << 20)),
        new Counters(
            5,
            0,
            1,
            List.of(new ExitCount(Ending.CRASHED, 2)),
            0,
            0,
            List.of(new DecisionCount(DecisionKind.HOLD, Reason.Code.WITHIN_BAND, 40))),
        new SampleFigures(3725, 1, 0, 0, sampled, Optional.of(Duration.ofMillis(2))),
        new LoopFigures(Duration.ofMillis(7), 0, 0));
  }

  private static QueueRow queue(String name) {
    return new QueueRow(name, 12, Optional.of(Duration.ofMillis(4200)), 2);
  }

  private static ForeignRow foreign(String name, String host) {
    return new ForeignRow(name, Optional.of(host), OptionalLong.of(7), true, Optional.empty());
  }

  /** A worker of each kind. */
  private static List<WorkerRow> workers(String job) {
    return List.of(
        worker(1, Role.CORE, WorkerActivity.BUSY, job, ""),
        worker(2, Role.ELASTIC, WorkerActivity.IDLE, "", ""),
        worker(3, Role.ELASTIC, WorkerActivity.DRAINING, "report", "retire"),
        worker(5, Role.ELASTIC, WorkerActivity.STARTING, "", ""));
  }

  private static WorkerRow worker(
      int number, Role role, WorkerActivity activity, String job, String leaving) {
    Optional<String> inHand = Optional.of(job).filter(id -> !id.isEmpty());
    return new WorkerRow(
        number,
        4800 + number,
        Optional.of("mail-w" + number),
        role,
        activity,
        inHand,
        inHand.map(id -> Duration.ofSeconds(75)),
        OptionalLong.of((40L + number) << 20),
        10L * number,
        Duration.ofSeconds(3600L / number),
        Optional.of(leaving).filter(why -> !why.isEmpty()));
  }
}
