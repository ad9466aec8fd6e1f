package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.EventTally;
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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** The pool as outsiders see it. */
final class PoolView {

  private final Identity identity;
  private final Duration window;
  private final Crew crew;
  private final RqWatch watch;
  private final Sizing sizing;
  private final Helm helm;
  private final EventTally tally;
  private final ForeignWorkers foreign;

  /**
   * @param tally counts the events of this pool
   * @param foreign workers on the pool's queues that are not the pool's
   */
  PoolView(
      Identity identity,
      Duration window,
      Crew crew,
      RqWatch watch,
      Sizing sizing,
      Helm helm,
      EventTally tally,
      ForeignWorkers foreign) {
    this.identity = identity;
    this.window = window;
    this.crew = crew;
    this.watch = watch;
    this.sizing = sizing;
    this.helm = helm;
    this.tally = tally;
    this.foreign = foreign;
  }

  /**
   * Takes in a sample that the crew has taken in.
   *
   * @param ours names of the pool's workers, those that have just gone included
   */
  void observe(RqSnapshot snapshot, Set<String> ours, Tick now) {
    foreign.observe(snapshot, ours, now);
  }

  /**
   * The status now.
   *
   * @param ending whether the daemon stops, and how
   */
  PoolStatus status(Load load, PoolMode ending, LoopFigures loop, Tick now) {
    Pool pool = crew.pool();
    List<WorkerRow> workers = pool.workers().stream().map(worker -> row(worker, now)).toList();
    PoolState state = state(ending);
    return new PoolStatus(
        identity,
        now.wall(),
        state,
        problem(state),
        watch.isUp(),
        size(pool, workers),
        new LoadFigures(
            load.erlang(),
            load.utilization(pool.active()),
            helm.sizeSettings().aim().growsAbove(),
            helm.sizeSettings().aim().targetWait(),
            window,
            load.elapsed()),
        pool.vacancies().stream()
            .map(place -> new VacancyRow(place.failures(), until(place.notBefore(), now)))
            .toList(),
        watch.newest().map(snapshot -> queues(snapshot, now)).orElse(List.of()),
        workers,
        crew.orphans().rows(),
        foreign.rows(),
        sizing.decision(),
        jobs(now),
        memory(workers),
        crew.memory().overhead(),
        tally.counters(),
        watch.figures(),
        loop);
  }

  private PoolState state(PoolMode ending) {
    if (ending != PoolMode.RUN) {
      return ending == PoolMode.COLD_STOP ? PoolState.COLD_STOP : PoolState.DRAINING;
    }
    if (watch.isBeginning()) {
      return PoolState.STARTING;
    }
    if (!watch.isUp()) {
      return PoolState.WAITING_FOR_REDIS;
    }
    if (!watch.isGood()) {
      return PoolState.SUSPENDED;
    }
    if (crew.health().isDegraded()) {
      return PoolState.DEGRADED;
    }
    if (crew.pool().workers().stream().anyMatch(PoolView::isRestarted)) {
      return PoolState.RESTARTING;
    }
    if (helm.sizeOverride() instanceof SizeOverride.None) {
      return PoolState.RUNNING;
    }
    return helm.sizeOverride() instanceof SizeOverride.Paused ? PoolState.PAUSED : PoolState.HELD;
  }

  private static boolean isRestarted(Worker worker) {
    return worker.isActive() && worker.outdated().equals(Optional.of(DrainReason.RESTART));
  }

  private Optional<String> problem(PoolState state) {
    return switch (state) {
      case WAITING_FOR_REDIS, SUSPENDED -> watch.noDataReason().map(reason -> reason.text());
      case DEGRADED -> Optional.of(crew.health().problem());
      case RESTARTING -> sizing.restartWaits().map(why -> "restart waits: " + why);
      default -> Optional.empty();
    };
  }

  private Size size(Pool pool, List<WorkerRow> workers) {
    OptionalInt wanted = helm.wanted().map(OptionalInt::of).orElseGet(OptionalInt::empty);
    boolean isPaused = helm.sizeOverride() instanceof SizeOverride.Paused;
    OptionalInt held = isPaused ? OptionalInt.empty() : wanted;
    OptionalInt paused = isPaused ? wanted : OptionalInt.empty();
    return new Size(
        helm.sizeSettings().min(),
        helm.sizeSettings().max(),
        sizing.target(),
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
        sizing.jobAge(worker, now),
        crew.memory().of(worker.id()),
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
    return reason.map(why -> why.name().toLowerCase(Locale.ROOT).replace('_', ' '));
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
    JobSamples totals = crew.jobs().totals();
    JobSamples recent = crew.jobs().recent(now);
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

  /** Of all workers that were weighed so far. */
  private static OptionalLong memory(List<WorkerRow> workers) {
    return workers.stream().anyMatch(row -> row.memory().isPresent())
        ? OptionalLong.of(workers.stream().mapToLong(row -> row.memory().orElse(0)).sum())
        : OptionalLong.empty();
  }
}
