package io.rqorchestrator.control;

import io.rqorchestrator.control.Counters.DecisionCount;
import io.rqorchestrator.control.Counters.DecisionKind;
import io.rqorchestrator.control.Counters.ExitCount;
import io.rqorchestrator.control.JobFigures.Distribution;
import io.rqorchestrator.control.PoolStatus.DecisionRow;
import io.rqorchestrator.control.PoolStatus.ForeignRow;
import io.rqorchestrator.control.PoolStatus.Identity;
import io.rqorchestrator.control.PoolStatus.LoadFigures;
import io.rqorchestrator.control.PoolStatus.QueueRow;
import io.rqorchestrator.control.PoolStatus.SampleFigures;
import io.rqorchestrator.control.PoolStatus.Size;
import io.rqorchestrator.control.PoolStatus.StrayRow;
import io.rqorchestrator.control.PoolStatus.VacancyRow;
import io.rqorchestrator.control.PoolStatus.WorkerActivity;
import io.rqorchestrator.control.PoolStatus.WorkerRow;
import io.rqorchestrator.event.Ending;
import io.rqorchestrator.pool.Overhead;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.scaling.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Statuses for tests of whatever shows them. */
public final class Statuses {

  /** When they were true. */
  public static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

  private Statuses() {}

  /** A pool that has a bit of everything. */
  public static PoolStatus busy() {
    return status(
        PoolState.DEGRADED, Optional.of("w4 crashed (exit code 1) after 0.5s"), workers());
  }

  /** The same with nothing wrong. */
  public static PoolStatus running() {
    return status(PoolState.RUNNING, Optional.empty(), workers());
  }

  /** The same in this state with these workers. */
  public static PoolStatus status(
      PoolState state, Optional<String> problem, List<WorkerRow> workers) {
    return new PoolStatus(
        new Identity(
            "mail",
            "0123456789ab",
            "host1",
            4711,
            "0.1.0",
            "redis://localhost:6379/0",
            NOON.minusSeconds(3725)),
        NOON,
        state,
        problem,
        true,
        new Size(1, 8, 3, OptionalInt.empty(), OptionalInt.empty(), 3, 4, 1, 1, 1, 1, 0, 0),
        new LoadFigures(
            1.26,
            0.42,
            OptionalDouble.of(0.5),
            Optional.empty(),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30)),
        List.of(new VacancyRow(2, Duration.ofMillis(3500))),
        List.of(
            new QueueRow("high", 0, Optional.empty(), 0),
            new QueueRow("default", 12, Optional.of(Duration.ofMillis(4200)), 2)),
        workers,
        List.of(new StrayRow(99, true, NOON.minusSeconds(5))),
        List.of(new ForeignRow("other.1", Optional.of("host2"), OptionalLong.of(7), true)),
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
        new SampleFigures(
            3725, 1, 0, Optional.of(NOON.minusMillis(300)), Optional.of(Duration.ofMillis(2))));
  }

  /** A worker of each kind. */
  public static List<WorkerRow> workers() {
    return List.of(
        worker(1, Role.CORE, WorkerActivity.BUSY, "f3a4e0b2-8f1c-4b6e-9a52-6f0a1c2d3e4f", ""),
        worker(2, Role.ELASTIC, WorkerActivity.IDLE, "", ""),
        worker(3, Role.ELASTIC, WorkerActivity.DRAINING, "report", "retire"),
        worker(5, Role.ELASTIC, WorkerActivity.STARTING, "", ""));
  }

  /** A worker. */
  public static WorkerRow worker(
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
