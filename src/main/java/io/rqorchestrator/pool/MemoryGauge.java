package io.rqorchestrator.pool;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The port through which memory is read, as PSS in bytes. Nothing of it blocks. */
public interface MemoryGauge {

  /** Begins to weigh processes, each with its descendants. */
  default void weigh(Set<Long> pids) {}

  /** Whether a process is weighed, and what came of it was not asked for yet. */
  default boolean isWeighed(long pid) {
    return true;
  }

  /** What a process that is weighed takes with its descendants; empty if it cannot be read. */
  Optional<Footprint> memory(long pid);

  /**
   * What the daemon takes, and what else serves all workers, as last read; it is read anew when
   * this is asked. Empty if it cannot be read, or was not read yet.
   */
  Optional<Overhead> overhead();

  /**
   * What the host, or the control group around the daemon, can still give, as last read; it is read
   * anew when this is asked. Empty if unknown.
   */
  OptionalLong available();
}
