package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.time.Tick;
import org.jspecify.annotations.Nullable;

/** Whether the pool's workers live, and what the last one died of. */
final class Health {

  /** One crash is bad luck, this many in a row at one place is a state. */
  private static final int FAILURES = 3;

  private final EventSink events;
  private String problem = "";
  private @Nullable Tick degradedSince;

  Health(EventSink events) {
    this.events = events;
  }

  /** Notes what went wrong last. */
  void blame(String what) {
    problem = what;
  }

  /** Compares the pool with what was last told. */
  void check(Pool pool, Tick now) {
    boolean failing =
        pool.vacancies().stream().anyMatch(vacancy -> vacancy.failures() >= FAILURES)
            || pool.workers().stream()
                .anyMatch(worker -> !worker.isRunning() && worker.failures() >= FAILURES);
    if (failing && degradedSince == null) {
      degradedSince = now;
      events.accept(now, new Event.Degraded(problem));
    } else if (!failing && degradedSince != null) {
      events.accept(now, new Event.Recovered(now.since(degradedSince)));
      degradedSince = null;
    }
  }
}
