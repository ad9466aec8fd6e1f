package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.PoolEvent;
import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether the pool's workers live, and what the last one died of. */
final class Health {

  /** One crash is bad luck, this many in a row at one place is a state. */
  private static final int FAILURES = 3;

  /** A worker that lived this long was healthy. */
  static final Duration HEALTHY = Duration.ofMinutes(1);

  private final EventSink events;
  private String problem = "";
  private String shown = "";
  private boolean preloadFailed;
  private Optional<String> reportedServed = Optional.empty();
  private @Nullable Tick degradedSince;

  Health(EventSink events) {
    this.events = events;
  }

  /** A successor of workers that failed may live no longer than they did. */
  private static boolean isDoubtful(Worker worker, Tick now) {
    return worker.failures() >= FAILURES
        && !(worker.isRunning() && now.hasPassed(HEALTHY, worker.startedAt()));
  }

  /** Whether workers fail again and again. */
  boolean isDegraded() {
    return degradedSince != null;
  }

  /** What the pool suffers from while it is degraded, in one line. */
  String problem() {
    return shown;
  }

  /** Notes what went wrong last. */
  void blame(String what) {
    problem = what;
  }

  /** New workers can run the newest code. */
  void preloaded() {
    preloadFailed = false;
  }

  /** New workers cannot run the newest code, or cannot be started at all. */
  void preloadFailed(String what) {
    preloadFailed = true;
    problem = "preload: " + what;
  }

  /**
   * Compares the pool with what was last told.
   *
   * @param served what is wrong with the queues that the workers serve; empty if nothing
   * @param trouble what else the pool suffers from; empty if from nothing
   */
  void check(Pool pool, Optional<String> served, Optional<String> trouble, Tick now) {
    Optional<String> lasting = served.or(() -> trouble);
    boolean news = served.isPresent() && !served.equals(reportedServed);
    reportedServed = served;
    boolean failing =
        preloadFailed
            || pool.vacancies().stream().anyMatch(vacancy -> vacancy.failures() >= FAILURES)
            || pool.workers().stream().anyMatch(worker -> isDoubtful(worker, now));
    boolean suffers = failing || lasting.isPresent();
    shown = failing && !news ? problem : lasting.orElse("");
    if (suffers && (degradedSince == null || news)) {
      degradedSince = degradedSince == null ? now : degradedSince;
      events.accept(now, new PoolEvent.Degraded(shown));
    } else if (!suffers && degradedSince != null) {
      events.accept(now, new PoolEvent.Recovered(now.since(degradedSince)));
      degradedSince = null;
    }
  }
}
