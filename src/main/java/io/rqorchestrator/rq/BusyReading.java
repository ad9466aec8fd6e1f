package io.rqorchestrator.rq;

import java.time.Instant;
import java.util.Optional;

/**
 * How long a worker has been busy since its start, as its record in Redis shows at one moment.
 *
 * @param totalSeconds seconds of finished busy stretches; RQ up to 2.6.1 can make it negative
 * @param since when the stretch in progress began, on the worker's wall clock; empty while idle
 * @param source where the reading comes from
 */
public record BusyReading(double totalSeconds, Optional<Instant> since, Source source) {

  /** Where a reading comes from. */
  public enum Source {
    /**
     * The worker host's own key: counts from taking a job until the worker is ready for the next.
     */
    EXACT,
    /**
     * RQ's {@code total_working_time} and the job in progress. Excludes fork, bookkeeping and
     * callbacks, so a worker saturated with tiny jobs appears 6-15 % busy. The ledger therefore
     * takes the share of samples with {@code state=busy} as a lower bound.
     */
    DERIVED
  }

  /** A worker that has not worked yet. */
  public static final BusyReading NOTHING = new BusyReading(0, Optional.empty(), Source.DERIVED);
}
