package io.rqorchestrator.pool;

import io.rqorchestrator.pool.WorkerPhase.Draining;
import io.rqorchestrator.pool.WorkerPhase.Starting;
import io.rqorchestrator.time.DurationMath;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Optional;

/**
 * The steps that a worker is taken on its way out, one after the other.
 *
 * <p>Before a step that ends a job the worker's own keys are asked which job it holds now. A worker
 * that is out of patience is ended whatever the answer is, so that the job can be named. A worker
 * that is taken for deaf is ended only if the answer says that it holds none.
 */
final class DrainLadder {

  /**
   * A worker without a job goes within this time by itself; and RQ outside our worker host ignores
   * a second signal within a second of the first.
   */
  private static final Duration BEFORE_COLD = Duration.ofMillis(1100);

  /** How long a cold stop may take before the worker is killed. */
  private static final Duration COLD_GRACE = Duration.ofSeconds(5);

  /** How long a worker without a job may take to go. */
  private static final Duration DEAF = Duration.ofSeconds(30);

  /** How long a worker that was woken may take to go, or to show the job that it was handed. */
  private static final Duration WAKING = Duration.ofSeconds(5);

  private final PoolRules rules;

  DrainLadder(PoolRules rules) {
    this.rules = rules;
  }

  /**
   * The next step of a worker, if it is time for one; or the question that has to come before it.
   *
   * @param check what its keys have told since the last step
   */
  Optional<PoolAction> next(Worker worker, PoolMode mode, Optional<JobCheck> check, Tick now) {
    if (worker.phase() instanceof Draining draining) {
      return beyond(draining, worker, mode, check, now);
    }
    if (mode == PoolMode.STOP || mode == PoolMode.COLD_STOP) {
      return Optional.of(ask(worker, DrainReason.STOP));
    }
    if (mode == PoolMode.RUN && worker.phase() instanceof Starting && isLate(worker, now)) {
      // It may have registered and taken a job since the newest sample: it is asked, like any
      // other.
      return Optional.of(ask(worker, DrainReason.START_TIMEOUT));
    }
    return Optional.empty();
  }

  /** The first step: asks the worker to go, or marks it if it cannot be asked yet. */
  static PoolAction ask(Worker worker, DrainReason reason) {
    DrainStep step = worker.canBeAsked() ? DrainStep.ASKED : DrainStep.MARKED;
    return new PoolAction.DrainWorker(worker, reason, step);
  }

  /** Time during which Redis did not answer does not count: no worker could have registered. */
  private boolean isLate(Worker worker, Tick now) {
    return now.hasPassed(rules.startTimeout(), worker.beatAt());
  }

  private Optional<PoolAction> beyond(
      Draining draining, Worker worker, PoolMode mode, Optional<JobCheck> check, Tick now) {
    return switch (draining.step()) {
      case MARKED -> {
        if (worker.canBeAsked()) {
          yield step(worker, draining, DrainStep.ASKED);
        }
        yield (mode != PoolMode.WAIT && isLate(worker, now)) || mode == PoolMode.COLD_STOP
            ? onceAsked(worker, draining, DrainStep.KILLED, check, now)
            : Optional.empty();
      }
      case ASKED, WOKEN -> {
        if (isOutOfPatience(draining, mode, now)) {
          yield onceAsked(worker, draining, DrainStep.COLD, check, now);
        }
        boolean woken = draining.step() == DrainStep.WOKEN;
        yield isDeaf(draining, worker, now)
            ? ifFree(worker, draining, woken ? DrainStep.COLD : DrainStep.WOKEN, check, now)
            : Optional.empty();
      }
      case COLD ->
          now.hasPassed(COLD_GRACE, draining.stepAt())
              ? onceAsked(worker, draining, DrainStep.KILLED, check, now)
              : Optional.empty();
      case KILLED -> Optional.empty();
    };
  }

  /** Ends the worker whatever it holds. If Redis is away, the newest sample has to do. */
  private static Optional<PoolAction> onceAsked(
      Worker worker, Draining draining, DrainStep step, Optional<JobCheck> check, Tick now) {
    Optional<JobCheck> fresh = check.filter(open -> open.isFresh(now));
    if (fresh.isEmpty()) {
      return Optional.of(new PoolAction.CheckJob(worker));
    }
    return fresh.get().isOver(now) ? step(worker, draining, step) : Optional.empty();
  }

  /** Ends the worker only if its keys say that it holds no job. Without an answer it is let be. */
  private static Optional<PoolAction> ifFree(
      Worker worker, Draining draining, DrainStep step, Optional<JobCheck> check, Tick now) {
    Optional<JobCheck> fresh = check.filter(open -> open.isFresh(now));
    if (fresh.isEmpty()) {
      return Optional.of(new PoolAction.CheckJob(worker));
    }
    return fresh.get().clears(worker) ? step(worker, draining, step) : Optional.empty();
  }

  private static Optional<PoolAction> step(Worker worker, Draining draining, DrainStep step) {
    return Optional.of(new PoolAction.DrainWorker(worker, draining.reason(), step));
  }

  /** Whether it holds no job, as far as the newest sample tells, and does not go all the same. */
  private static boolean isDeaf(Draining draining, Worker worker, Tick now) {
    Duration allowed = draining.step() == DrainStep.WOKEN ? WAKING : DEAF;
    return worker.isWithoutJob(now) && now.hasPassed(allowed, draining.freeAt());
  }

  private boolean isOutOfPatience(Draining draining, PoolMode mode, Tick now) {
    return patience(draining.reason(), mode)
        .filter(allowed -> now.hasPassed(DurationMath.max(allowed, BEFORE_COLD), draining.stepAt()))
        .isPresent();
  }

  /**
   * How long a worker may take for its job. A pool that is not to end has the patience for it,
   * however long it takes; one that shows no sign of life may never come to its end.
   */
  private Optional<Duration> patience(DrainReason reason, PoolMode mode) {
    return switch (mode) {
      case COLD_STOP -> Optional.of(BEFORE_COLD);
      case STOP -> rules.drainTimeout();
      case RUN, WAIT ->
          reason == DrainReason.UNRESPONSIVE ? rules.drainTimeout() : Optional.empty();
    };
  }
}
