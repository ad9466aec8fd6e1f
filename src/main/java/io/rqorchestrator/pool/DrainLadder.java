package io.rqorchestrator.pool;

import io.rqorchestrator.pool.WorkerPhase.Draining;
import io.rqorchestrator.pool.WorkerPhase.Starting;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Optional;

/** The steps that a worker is taken on its way out, one after the other. */
final class DrainLadder {

  /** RQ ignores a second signal within a second of the first. */
  private static final Duration BEFORE_COLD = Duration.ofMillis(1100);

  /** How long RQ's cold stop may take before the worker is killed. */
  private static final Duration COLD_GRACE = Duration.ofSeconds(5);

  /** How long a worker without a job may take to go. */
  private static final Duration DEAF = Duration.ofSeconds(30);

  private final PoolRules rules;

  DrainLadder(PoolRules rules) {
    this.rules = rules;
  }

  /** The next step of a worker, if it is time for one. */
  Optional<PoolAction> next(Worker worker, PoolMode mode, boolean sighted, Tick now) {
    boolean stopping = mode == PoolMode.STOP || mode == PoolMode.COLD_STOP;
    if (worker.phase() instanceof Draining draining) {
      return stepBeyond(draining, worker, mode, sighted, now)
          .map(step -> new PoolAction.Drain(worker, draining.reason(), step));
    }
    if (stopping) {
      return Optional.of(ask(worker, DrainReason.STOP));
    }
    if (mode == PoolMode.RUN && worker.phase() instanceof Starting && isLate(worker, now)) {
      // It may have registered and taken a job since the newest sample: it is asked, like any
      // other.
      return Optional.of(ask(worker, DrainReason.START_TIMEOUT));
    }
    return Optional.empty();
  }

  /** Time during which Redis did not answer does not count: no worker could have registered. */
  private boolean isLate(Worker worker, Tick now) {
    return now.hasPassed(rules.startTimeout(), worker.beatAt());
  }

  private Optional<DrainStep> stepBeyond(
      Draining draining, Worker worker, PoolMode mode, boolean sighted, Tick now) {
    return switch (draining.step()) {
      case MARKED -> {
        if (worker.canBeAsked()) {
          yield Optional.of(DrainStep.ASKED);
        }
        yield (mode != PoolMode.WAIT && isLate(worker, now)) || mode == PoolMode.COLD_STOP
            ? Optional.of(DrainStep.KILLED)
            : Optional.empty();
      }
      case ASKED -> {
        boolean late =
            patience(draining.reason(), mode)
                .filter(allowed -> now.hasPassed(max(allowed, BEFORE_COLD), draining.stepAt()))
                .isPresent();
        // It holds no job and does not go: it is deaf, and nothing is lost with it.
        boolean deaf =
            sighted && worker.isWithoutJob(now) && now.hasPassed(DEAF, draining.freeAt());
        yield late || deaf ? Optional.of(DrainStep.COLD) : Optional.empty();
      }
      case COLD ->
          now.hasPassed(COLD_GRACE, draining.stepAt())
              ? Optional.of(DrainStep.KILLED)
              : Optional.empty();
      case KILLED -> Optional.empty();
    };
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

  /** The first step: asks the worker to go, or marks it if it cannot be asked yet. */
  static PoolAction ask(Worker worker, DrainReason reason) {
    DrainStep step = worker.canBeAsked() ? DrainStep.ASKED : DrainStep.MARKED;
    return new PoolAction.Drain(worker, reason, step);
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }
}
