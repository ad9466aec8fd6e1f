package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.JobFigures;
import io.rqorchestrator.control.JobFigures.Distribution;
import io.rqorchestrator.control.PoolState;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.PoolStatus.Identity;
import io.rqorchestrator.control.PoolStatus.LoadFigures;
import io.rqorchestrator.control.PoolStatus.LoopFigures;
import io.rqorchestrator.control.PoolStatus.QueueRow;
import io.rqorchestrator.control.PoolStatus.Size;
import io.rqorchestrator.control.PoolStatus.VacancyRow;
import io.rqorchestrator.control.PoolStatus.WorkerActivity;
import io.rqorchestrator.control.PoolStatus.WorkerRow;
import io.rqorchestrator.control.SizeOverride;
import io.rqorchestrator.measure.Load;
import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.pool.PoolMode;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerPhase.Draining;
import io.rqorchestrator.pool.WorkerPhase.Running;
import io.rqorchestrator.rq.Histogram;
import io.rqorchestrator.rq.JobSamples;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.WorkerState;
import io.rqorchestrator.time.Tick;
import io.rqorchestrator.wire.WireNames;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Builds the pool's status for viewers: socket, page, screen and metrics. */
final class PoolView {

  private final Identity identity;
  private final PoolParts parts;

  PoolView(Identity identity, PoolParts parts) {
    this.identity = identity;
    this.parts = parts;
  }

  /**
   * The status now.
   *
   * @param mode whether the daemon stops, and how
   */
  PoolStatus status(Directive directive, PoolMode mode, LoopFigures loop, Tick now) {
    Pool pool = parts.roster.pool();
    Load load = parts.measurement.load();
    List<WorkerRow> workers = pool.workers().stream().map(worker -> row(worker, now)).toList();
    PoolState state = state(directive, mode);
    return new PoolStatus(
        identity,
        now.wall(),
        state,
        problem(state),
        parts.watch.hasFreshSample(),
        size(pool, directive, workers),
        new LoadFigures(
            load.erlang(),
            load.utilization(pool.active()),
            directive.aim().growsAbove(),
            directive.aim().targetWait(),
            parts.rules.window(),
            load.elapsed()),
        pool.vacancies().stream()
            .map(place -> new VacancyRow(place.failures(), until(place.notBefore(), now)))
            .toList(),
        parts.watch.newest().map(snapshot -> queues(snapshot, now)).orElse(List.of()),
        workers,
        parts.deadWorkers.orphanRows(),
        parts.foreign.rows(),
        parts.sizing.decision(),
        jobs(now),
        memory(workers),
        parts.memory.overhead(),
        parts.tally.counters(),
        parts.watch.figures(),
        loop);
  }

  private PoolState state(Directive directive, PoolMode mode) {
    if (mode != PoolMode.RUN) {
      return mode == PoolMode.COLD_STOP ? PoolState.COLD_STOP : PoolState.DRAINING;
    }
    if (parts.watch.isWithoutAnySample()) {
      return PoolState.STARTING;
    }
    if (!parts.watch.hasFreshSample()) {
      return PoolState.WAITING_FOR_REDIS;
    }
    if (!parts.watch.mayAct()) {
      return PoolState.SUSPENDED;
    }
    if (parts.health.isDegraded()) {
      return PoolState.DEGRADED;
    }
    if (parts.roster.pool().workers().stream().anyMatch(PoolView::isRestarted)) {
      return PoolState.RESTARTING;
    }
    if (directive.override() instanceof SizeOverride.None) {
      return PoolState.RUNNING;
    }
    return directive.override() instanceof SizeOverride.Paused ? PoolState.PAUSED : PoolState.HELD;
  }

  private static boolean isRestarted(Worker worker) {
    return worker.isActive() && worker.outdated().equals(Optional.of(DrainReason.RESTART));
  }

  private Optional<String> problem(PoolState state) {
    return switch (state) {
      case WAITING_FOR_REDIS, SUSPENDED -> parts.watch.holdReason().map(reason -> reason.text());
      case DEGRADED -> Optional.of(parts.health.problem());
      case RESTARTING -> parts.sizing.restartWaits().map(why -> "restart waits: " + why);
      default -> Optional.empty();
    };
  }

  private Size size(Pool pool, Directive directive, List<WorkerRow> workers) {
    OptionalInt wanted = directive.size().map(OptionalInt::of).orElseGet(OptionalInt::empty);
    boolean isPaused = directive.override() instanceof SizeOverride.Paused;
    OptionalInt held = isPaused ? OptionalInt.empty() : wanted;
    OptionalInt paused = isPaused ? wanted : OptionalInt.empty();
    return new Size(
        directive.min(),
        directive.max(),
        parts.sizing.target(),
        held,
        paused,
        pool.active(),
        pool.live(),
        count(workers, WorkerActivity.STARTING),
        count(workers, WorkerActivity.IDLE),
        count(workers, WorkerActivity.BUSY),
        count(workers, WorkerActivity.DRAINING),
        count(workers, WorkerActivity.UNKNOWN),
        pool.outdated().size(),
        pool.stragglers());
  }

  private static int count(List<WorkerRow> workers, WorkerActivity activity) {
    return (int) workers.stream().filter(row -> row.activity() == activity).count();
  }

  private WorkerRow row(Worker worker, Tick now) {
    return new WorkerRow(
        worker.id().number(),
        worker.pid(),
        worker.rqName(),
        worker.role(),
        activity(worker),
        Optional.of(worker.job()).filter(job -> !job.isEmpty()),
        parts.sizing.jobAge(worker, now),
        parts.memory.of(worker.id()),
        worker.jobs(),
        now.since(worker.startedAt()),
        leaving(worker));
  }

  private static WorkerActivity activity(Worker worker) {
    if (worker.phase() instanceof Draining) {
      return WorkerActivity.DRAINING;
    }
    if (!(worker.phase() instanceof Running)) {
      return WorkerActivity.STARTING;
    }
    if (worker.isBusy()) {
      return WorkerActivity.BUSY;
    }
    boolean readable =
        worker.record().filter(seen -> seen.state() != WorkerState.UNKNOWN).isPresent();
    return readable ? WorkerActivity.IDLE : WorkerActivity.UNKNOWN;
  }

  private static Optional<String> leaving(Worker worker) {
    Optional<DrainReason> reason =
        worker.phase() instanceof Draining draining
            ? Optional.of(draining.reason())
            : worker.outdated();
    return reason.map(why -> WireNames.of(why).replace('_', ' '));
  }

  private static Duration until(Tick then, Tick now) {
    Duration left = then.since(now);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private static List<QueueRow> queues(RqSnapshot snapshot, Tick now) {
    return snapshot.queues().stream()
        .map(
            queue ->
                new QueueRow(
                    queue.name(),
                    queue.queued(),
                    queue.oldestEnqueuedAt().map(since -> age(since, now)),
                    queue.due()))
        .toList();
  }

  private static Duration age(Instant since, Tick now) {
    Duration age = Duration.between(since, now.wall());
    return age.isNegative() ? Duration.ZERO : age;
  }

  private JobFigures jobs(Tick now) {
    JobSamples totals = parts.jobs.totals();
    JobSamples recent = parts.jobs.recent(now);
    return new JobFigures(
        totals.durations().count(),
        distribution(totals.waits(), recent.waits()),
        distribution(totals.durations(), recent.durations()));
  }

  private static Distribution distribution(Histogram totals, Histogram recent) {
    return new Distribution(
        Histogram.BOUNDS,
        totals.counts(),
        totals.sum(),
        duration(recent.quantile(0.5)),
        duration(recent.quantile(0.95)));
  }

  private static Optional<Duration> duration(OptionalDouble seconds) {
    return seconds.isPresent()
        ? Optional.of(Duration.ofNanos(Math.round(seconds.getAsDouble() * 1e9)))
        : Optional.empty();
  }

  /** The sum over all workers that were read so far. */
  private static OptionalLong memory(List<WorkerRow> workers) {
    return workers.stream().anyMatch(row -> row.memory().isPresent())
        ? OptionalLong.of(workers.stream().mapToLong(row -> row.memory().orElse(0)).sum())
        : OptionalLong.empty();
  }
}
