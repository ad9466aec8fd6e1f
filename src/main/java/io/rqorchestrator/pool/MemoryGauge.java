package io.rqorchestrator.pool;

import java.util.Optional;
import java.util.OptionalLong;

/** The port through which memory is read, as PSS in bytes. */
public interface MemoryGauge {

  /** What a process and its descendants take; empty if it cannot be read. */
  Optional<Footprint> memory(long pid);

  /** What the daemon takes, and what else serves all workers; empty if it cannot be read. */
  Optional<Overhead> overhead();

  /** What the host, or the control group around the daemon, can still give; empty if unknown. */
  OptionalLong available();
}
