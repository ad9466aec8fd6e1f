package io.rqorchestrator.rq;

import java.time.Instant;
import java.util.Optional;

/**
 * How long a worker has been busy in its life, as Redis tells it at one moment.
 *
 * @param totalSeconds seconds of finished busy stretches; RQ up to 2.6.1 can make it negative
 * @param since when the stretch in progress began, on the worker's wall clock; empty while idle
 * @param source who says so
 */
public record BusyReading(double totalSeconds, Optional<Instant> since, Source source) {

  /** Where a reading comes from. */
  public enum Source {
    /** The worker host's own key: from taking a job to being ready for the next. */
    EXACT,
    /**
     * RQ's {@code total_working_time} and the job in flight. Leaves out fork, bookkeeping and
     * callbacks, so that a worker saturated with tiny jobs reads 6-15 % there; the ledger floors it
     * by the share of samples that saw {@code state=busy}.
     */
    DERIVED
  }

  /** A worker that has not worked yet. */
  public static final BusyReading NOTHING = new BusyReading(0, Optional.empty(), Source.DERIVED);
}
