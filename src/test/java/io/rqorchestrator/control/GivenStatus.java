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

/** A pool's status to show: two workers, one at a job, on two queues. */
public final class GivenStatus {

  /** When it was true. */
  public static final Instant AT = Instant.parse("2026-11-25T10:00:00Z");

  private PoolState state = PoolState.RUNNING;
  private boolean redisUp = true;
  private Instant at = AT;
  private String queue = "default";
  private String job = "job-1";
  private Optional<Instant> sampled = Optional.of(AT);
  private Aim aim = new Aim.Utilization(0.5);

  /** The pool as it is when all is well. */
  public static PoolStatus plain() {
    return new GivenStatus().status();
  }

  public GivenStatus at(Instant when) {
    at = when;
    return this;
  }

  public GivenStatus in(PoolState what) {
    state = what;
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
    job = id;
    return this;
  }

  public GivenStatus aimingAt(Duration wait) {
    aim = new Aim.Wait(wait);
    return this;
  }

  public PoolStatus status() {
    return new PoolStatus(
        new Identity(
            "shop",
            "0123456789ab",
            "host",
            4711,
            "0.1.0",
            "redis://127.0.0.1:6379/0",
            AT.minusSeconds(60)),
        at,
        state,
        Optional.empty(),
        redisUp,
        new Size(1, 5, 2, OptionalInt.empty(), OptionalInt.empty(), 2, 2, 0, 1, 1, 0, 0, 0),
        new LoadFigures(
            1.25,
            0.625,
            aim.growsAbove(),
            aim.targetWait(),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30)),
        List.of(new VacancyRow(2, Duration.ofSeconds(4))),
        List.of(
            new QueueRow(queue, 3, Optional.of(Duration.ofMillis(2500)), 1),
            new QueueRow("low", 0, Optional.empty(), 0)),
        List.of(
            new WorkerRow(
                1,
                101,
                Optional.of("w1"),
                Role.CORE,
                WorkerActivity.BUSY,
                Optional.of(job),
                Optional.of(Duration.ofSeconds(7)),
                OptionalLong.of(30 << 20),
                12,
                Duration.ofMinutes(1),
                Optional.empty()),
            new WorkerRow(
                2,
                102,
                Optional.of("w2"),
                Role.ELASTIC,
                WorkerActivity.IDLE,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                0,
                Duration.ofSeconds(20),
                Optional.empty())),
        List.of(),
        List.of(new ForeignRow("elsewhere.1", Optional.of("elsewhere"), OptionalLong.of(9), false)),
        Optional.of(
            new DecisionRow(
                AT.minusSeconds(3),
                1,
                2,
                Reason.Code.ABOVE_THRESHOLD,
                "grow 1 -> 2: utilization 0.71 > 0.50")),
        new JobFigures(
            12,
            new Distribution(
                List.of(0.1, 1.0),
                List.of(6L, 4L, 2L),
                9.5,
                Optional.of(Duration.ofMillis(80)),
                Optional.of(Duration.ofMillis(1900))),
            Distribution.EMPTY),
        OptionalLong.of(60 << 20),
        Optional.of(new Overhead(45 << 20, 0)),
        new Counters(
            3,
            1,
            0,
            List.of(new ExitCount(Ending.CRASHED, 1), new ExitCount(Ending.ASKED, 0)),
            0,
            0,
            List.of(new DecisionCount(DecisionKind.GROW, Reason.Code.ABOVE_THRESHOLD, 1))),
        new SampleFigures(60, 1, 0, sampled, Optional.of(Duration.ofMillis(1))));
  }
}
