package io.rqorchestrator.time;

import java.time.Instant;

/** The system's clocks; the one place in the program that reads them. */
public final class SystemTicks implements TickSource {

  @Override
  public Tick now() {
    return new Tick(System.nanoTime(), Instant.now());
  }
}
