package io.rqorchestrator.pool;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The port through which memory is read, as PSS in bytes. No method blocks. */
public interface MemoryGauge {

  /** Begins to measure the memory of processes, each with its descendants. */
  default void beginReading(Set<Long> pids) {}

  /** Whether the measurement of a process has a result that was not fetched yet. */
  default boolean hasReading(long pid) {
    return true;
  }

  /** The measured memory of a process with its descendants; empty if it cannot be read. */
  Optional<Footprint> memory(long pid);

  /**
   * The memory of the daemon and the fork servers, as last read; empty if it cannot be read or was
   * not read yet. A call also begins the next reading.
   */
  Optional<Overhead> overhead();

  /**
   * The memory that the host, or the control group around the daemon, still has free, as last read;
   * empty if unknown. A call also begins the next reading.
   */
  OptionalLong available();
}
