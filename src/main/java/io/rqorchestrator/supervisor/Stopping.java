package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.OperatorEvent;
import io.rqorchestrator.pool.PoolMode;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides whether the daemon stops, how, and with which exit code. */
final class Stopping {

  /**
   * A second request within this time counts as the same request, as in RQ: a terminal's Ctrl-C and
   * a process manager's SIGTERM may come together.
   */
  private static final Duration SAME_STOP = Duration.ofSeconds(1);

  private final Roster roster;
  private final EndedJobs endedJobs;
  private final EventSink events;
  private PoolMode mode = PoolMode.RUN;
  private @Nullable Tick lastRequest;
  private Optional<String> refusal = Optional.empty();
  private int quietSamples;

  Stopping(Roster roster, EndedJobs endedJobs, EventSink events) {
    this.roster = roster;
    this.endedJobs = endedJobs;
    this.events = events;
  }

  /** {@code RUN}, {@code STOP} or {@code COLD_STOP}. */
  PoolMode mode() {
    return mode;
  }

  /** Whether a stop was requested. */
  boolean isRequested() {
    return mode != PoolMode.RUN;
  }

  /**
   * Begins a warm stop for an operator, or because a terminal was closed. It does not count as the
   * first request of a stop, so a signal after it does not cause a cold stop.
   */
  void drain(String by, Tick now) {
    if (!isRequested()) {
      begin(PoolMode.STOP, by, now);
    }
  }

  /**
   * Begins a warm stop; the second request begins a cold stop.
   *
   * @param by who requests it
   */
  void request(String by, Tick now) {
    if (lastRequest != null && !now.hasPassed(SAME_STOP, lastRequest)) {
      return;
    }
    boolean again = lastRequest != null;
    lastRequest = now;
    begin(again ? PoolMode.COLD_STOP : PoolMode.STOP, by, now);
  }

  /**
   * Redis refuses access before anything was started. The daemon stops, because only the user can
   * correct that.
   */
  void redisRefused(String problem, Tick now) {
    refusal = Optional.of(problem);
    begin(PoolMode.STOP, problem, now);
  }

  /**
   * Ends a burst once there was nothing to do in two samples in a row. One is not enough, because a
   * job may be on its way between two keys.
   */
  void endBurst(boolean quiet, Tick now) {
    quietSamples = quiet ? quietSamples + 1 : 0;
    if (quietSamples >= 2 && !isRequested()) {
      begin(PoolMode.STOP, "burst: the queues are empty", now);
    }
  }

  /** Why Redis refused access, if the daemon stops because of that. */
  Optional<String> refusal() {
    return refusal;
  }

  /**
   * 0 after a stop as requested; 1 after a cold stop, a refusal by Redis, or if the pool has ended
   * a running job.
   */
  int exitCode() {
    boolean cold = mode == PoolMode.COLD_STOP || endedJobs.any();
    return cold || refusal.isPresent() ? 1 : 0;
  }

  private void begin(PoolMode how, String by, Tick now) {
    if (!isRequested()) {
      roster.updateAll(
          worker -> worker.whenPoolStops(now)); // draining workers get as much time as all others
    }
    mode = how;
    boolean cold = how == PoolMode.COLD_STOP;
    events.accept(now, new OperatorEvent.StopRequested(by, cold, roster.pool().live()));
  }
}
