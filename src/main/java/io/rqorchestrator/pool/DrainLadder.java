package io.rqorchestrator.pool;

import io.rqorchestrator.pool.WorkerPhase.Draining;
import io.rqorchestrator.pool.WorkerPhase.Starting;
import io.rqorchestrator.time.DurationMath;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Optional;

/**
 * Chooses the next step of a worker's drain: request an end, wake the worker, stop it cold, kill
 * it.
 *
 * <p>Before a step that may end a job, the worker's own keys are read to find the job that it holds
 * now. A worker whose time is up is ended whatever the answer is; the answer only names the job. A
 * worker that seems to hang without a job is ended only if the answer confirms that it holds none.
 */
final class DrainLadder {

  /**
   * A worker without a job ends by itself within this time. Besides, RQ outside our worker host
   * ignores a second signal that comes within a second of the first.
   */
  private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1100);

  /** How long a cold stop may take before the worker is killed. */
  private static final Duration COLD_TIMEOUT = Duration.ofSeconds(5);

  /** How long a worker without a job may take to end before it counts as hanging. */
  private static final Duration HANGING = Duration.ofSeconds(30);

  /** How long a woken worker may take to end, or to report the job that it was handed. */
  private static final Duration STILL_HANGING = Duration.ofSeconds(5);

  private final PoolRules rules;

  DrainLadder(PoolRules rules) {
    this.rules = rules;
  }

  /**
   * The next step of a worker, if one is due, or the job check that has to come before it.
   *
   * @param check the job check since the last step, if there was one
   */
  Optional<PoolAction> next(Worker worker, PoolMode mode, Optional<JobCheck> check, Tick now) {
    if (worker.phase() instanceof Draining draining) {
      return nextStep(draining, worker, mode, check, now);
    }
    if (mode == PoolMode.STOP || mode == PoolMode.COLD_STOP) {
      return Optional.of(begin(worker, DrainReason.STOP));
    }
    if (mode == PoolMode.RUN && worker.phase() instanceof Starting && hasMissedStart(worker, now)) {
      // The worker may have registered and taken a job since the newest sample, so it gets a
      // SIGTERM like any other worker.
      return Optional.of(begin(worker, DrainReason.START_TIMEOUT));
    }
    return Optional.empty();
  }

  /** The first step: SIGTERM, or only a mark while a SIGTERM would kill the worker at once. */
  static PoolAction begin(Worker worker, DrainReason reason) {
    DrainStep step = worker.canBeAsked() ? DrainStep.ASKED : DrainStep.MARKED;
    return new PoolAction.DrainWorker(worker, reason, step);
  }

  /**
   * Whether the worker has not registered in time. Time in which Redis did not answer does not
   * count, because no worker could register then.
   */
  private boolean hasMissedStart(Worker worker, Tick now) {
    return now.hasPassed(rules.startTimeout(), worker.beatAt());
  }

  private Optional<PoolAction> nextStep(
      Draining draining, Worker worker, PoolMode mode, Optional<JobCheck> check, Tick now) {
    return switch (draining.step()) {
      case MARKED -> {
        if (worker.canBeAsked()) {
          yield step(worker, draining, DrainStep.ASKED);
        }
        yield (mode != PoolMode.WAIT && hasMissedStart(worker, now)) || mode == PoolMode.COLD_STOP
            ? afterCheck(worker, draining, DrainStep.KILLED, check, now)
            : Optional.empty();
      }
      case ASKED, WOKEN -> {
        if (hasTimedOut(draining, mode, now)) {
          yield afterCheck(worker, draining, DrainStep.COLD, check, now);
        }
        boolean woken = draining.step() == DrainStep.WOKEN;
        yield seemsToHang(draining, worker, now)
            ? ifWithoutJob(worker, draining, woken ? DrainStep.COLD : DrainStep.WOKEN, check, now)
            : Optional.empty();
      }
      case COLD ->
          now.hasPassed(COLD_TIMEOUT, draining.stepAt())
              ? afterCheck(worker, draining, DrainStep.KILLED, check, now)
              : Optional.empty();
      case KILLED -> Optional.empty();
    };
  }

  /** Takes the step once the job check is answered or has timed out, whatever the worker holds. */
  private static Optional<PoolAction> afterCheck(
      Worker worker, Draining draining, DrainStep step, Optional<JobCheck> check, Tick now) {
    Optional<JobCheck> fresh = check.filter(known -> known.isFresh(now));
    if (fresh.isEmpty()) {
      return Optional.of(new PoolAction.CheckJob(worker));
    }
    return fresh.get().isAnsweredOrTimedOut(now) ? step(worker, draining, step) : Optional.empty();
  }

  /** Takes the step only if the job check confirms that the worker holds no job. */
  private static Optional<PoolAction> ifWithoutJob(
      Worker worker, Draining draining, DrainStep step, Optional<JobCheck> check, Tick now) {
    Optional<JobCheck> fresh = check.filter(known -> known.isFresh(now));
    if (fresh.isEmpty()) {
      return Optional.of(new PoolAction.CheckJob(worker));
    }
    return fresh.get().showsNoJob(worker) ? step(worker, draining, step) : Optional.empty();
  }

  private static Optional<PoolAction> step(Worker worker, Draining draining, DrainStep step) {
    return Optional.of(new PoolAction.DrainWorker(worker, draining.reason(), step));
  }

  /** Whether the worker holds no job according to the newest sample and still does not end. */
  private static boolean seemsToHang(Draining draining, Worker worker, Tick now) {
    Duration allowed = draining.step() == DrainStep.WOKEN ? STILL_HANGING : HANGING;
    return worker.isWithoutJob(now) && now.hasPassed(allowed, draining.freeAt());
  }

  private boolean hasTimedOut(Draining draining, PoolMode mode, Tick now) {
    return timeout(draining.reason(), mode)
        .filter(
            allowed ->
                now.hasPassed(DurationMath.max(allowed, SHORTEST_TIMEOUT), draining.stepAt()))
        .isPresent();
  }

  /**
   * How long a draining worker may take for its job; empty if there is no limit. While the pool
   * keeps running there is no limit, except for an unresponsive worker, whose job may never end.
   */
  private Optional<Duration> timeout(DrainReason reason, PoolMode mode) {
    return switch (mode) {
      case COLD_STOP -> Optional.of(SHORTEST_TIMEOUT);
      case STOP -> rules.drainTimeout();
      case RUN, WAIT ->
          reason == DrainReason.UNRESPONSIVE ? rules.drainTimeout() : Optional.empty();
    };
  }
}
