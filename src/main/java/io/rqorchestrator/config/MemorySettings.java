package io.rqorchestrator.config;

import java.util.OptionalLong;

/**
 * Limits on the pool's memory.
 *
 * @param budget most bytes of PSS for workers, horses, fork server and daemon; empty: no limit
 * @param minFree bytes that the host must keep available; empty: no limit
 */
public record MemorySettings(OptionalLong budget, OptionalLong minFree) {

  /** No limits. */
  public static final MemorySettings NONE =
      new MemorySettings(OptionalLong.empty(), OptionalLong.empty());

  /** A daemon takes at least this much. */
  private static final long LEAST_DAEMON = 40L << 20;

  /** An RQ worker takes at least this much, even if it shares most of its memory. */
  private static final long LEAST_WORKER = 5L << 20;

  private static final long MB = 1L << 20;

  /** Refuses invalid values. */
  public MemorySettings {
    if (minFree.isPresent() && minFree.getAsLong() < MB) {
      throw new InvalidSetting(
          "--min-free-memory", minFree.getAsLong() + " bytes", "must be 1MB or more");
    }
  }

  /** Whether the budget can hold {@code minWorkers} workers. */
  public boolean allows(int minWorkers) {
    return budget.isEmpty() || budget.getAsLong() >= least(minWorkers);
  }

  private static long least(int minWorkers) {
    return LEAST_DAEMON + minWorkers * LEAST_WORKER;
  }

  /** Refuses a budget that {@code minWorkers} workers exceed, whatever they run. */
  void hasRoomFor(int minWorkers) {
    if (!allows(minWorkers)) {
      throw new InvalidSetting(
          "--memory-budget",
          budget.orElse(0) / MB + "MB",
          "must be %dMB or more: the daemon and --min-workers (%d) take at least this much, usually"
                  .formatted(least(minWorkers) / MB, minWorkers)
              + " several times as much");
    }
  }
}
