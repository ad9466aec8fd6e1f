package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.OperatorEvent;
import io.rqorchestrator.pool.PoolMode;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether the daemon is to end, how, and with which exit code. */
final class Stopping {

  /**
   * As in RQ, a second request within a second of the first is the same one: a terminal's Ctrl-C
   * and a supervisor's SIGTERM come together.
   */
  private static final Duration SAME_STOP = Duration.ofSeconds(1);

  private final Roster roster;
  private final EndedJobs endedJobs;
  private final EventSink events;
  private PoolMode mode = PoolMode.RUN;
  private @Nullable Tick askedAt;
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
   * Drains for an operator, or for a terminal that was closed; a signal to stop that comes after it
   * is the first one all the same.
   */
  void drain(String by, Tick now) {
    if (!isRequested()) {
      begin(PoolMode.STOP, by, now);
    }
  }

  /**
   * Drains; asked again, stops cold.
   *
   * @param by who asks
   */
  void ask(String by, Tick now) {
    if (askedAt != null && !now.hasPassed(SAME_STOP, askedAt)) {
      return;
    }
    boolean again = askedAt != null;
    askedAt = now;
    begin(again ? PoolMode.COLD_STOP : PoolMode.STOP, by, now);
  }

  /** Redis refuses us, and nothing was started yet: that is the user's to mend. */
  void refuse(String problem, Tick now) {
    refusal = Optional.of(problem);
    begin(PoolMode.STOP, problem, now);
  }

  /**
   * Ends a burst once there was nothing to do in two samples running: between two, a job may be on
   * its way.
   */
  void endBurst(boolean quiet, Tick now) {
    quietSamples = quiet ? quietSamples + 1 : 0;
    if (quietSamples >= 2 && !isRequested()) {
      begin(PoolMode.STOP, "burst: the queues are empty", now);
    }
  }

  /** What Redis had against us, if that is why the daemon ends. */
  Optional<String> refusal() {
    return refusal;
  }

  /** 0 stopped as asked; 1 after a cold stop, a refusal by Redis, or the end of a job in hand. */
  int exitCode() {
    boolean cold = mode == PoolMode.COLD_STOP || endedJobs.any();
    return cold || refusal.isPresent() ? 1 : 0;
  }

  private void begin(PoolMode how, String by, Tick now) {
    if (!isRequested()) {
      roster.updateAll(
          worker -> worker.whenPoolStops(now)); // workers that drain have as long as all
    }
    mode = how;
    boolean cold = how == PoolMode.COLD_STOP;
    events.accept(now, new OperatorEvent.StopRequested(by, cold, roster.pool().live()));
  }
}
