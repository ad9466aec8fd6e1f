package io.rqorchestrator.time;

/** Where ticks come from: the system's clocks, or a test's. */
@FunctionalInterface
public interface TickSource {

  /** Reads both clocks. */
  Tick now();
}
