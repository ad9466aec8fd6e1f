package io.rqorchestrator.time;

import java.time.Instant;

/** Reads the system's clocks. No other class of the program does. */
public final class SystemTicks implements TickSource {

  @Override
  public Tick now() {
    return new Tick(System.nanoTime(), Instant.now());
  }
}
