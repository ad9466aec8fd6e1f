package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.PoolEvent;
import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether the pool is degraded: workers fail again and again, or a lasting problem exists.
 */
final class Health {

  /** Failures in a row at one place from which the pool is degraded. */
  private static final int FAILURES = 3;

  /** Uptime from which a worker counts as healthy. */
  static final Duration HEALTHY = Duration.ofMinutes(1);

  private final EventSink events;
  private String problem = "";
  private String reported = "";
  private boolean preloadFailed;
  private Optional<String> reportedServed = Optional.empty();
  private @Nullable Tick degradedSince;

  Health(EventSink events) {
    this.events = events;
  }

  /**
   * Whether a worker has to prove itself: {@link #FAILURES} workers before it at its place failed,
   * and it has not been up for {@link #HEALTHY}.
   */
  private static boolean isDoubtful(Worker worker, Tick now) {
    return worker.failures() >= FAILURES
        && !(worker.isRunning() && now.hasPassed(HEALTHY, worker.startedAt()));
  }

  /** Whether the pool is degraded. */
  boolean isDegraded() {
    return degradedSince != null;
  }

  /** The problem of a degraded pool, in one line. */
  String problem() {
    return reported;
  }

  /** Notes the most recent problem of a worker. */
  void noteProblem(String what) {
    problem = what;
  }

  /** The newest code was imported. */
  void preloaded() {
    preloadFailed = false;
  }

  /** The newest code could not be imported, so new workers run older code or cannot be started. */
  void preloadFailed(String what) {
    preloadFailed = true;
    problem = "preload: " + what;
  }

  /**
   * Reports if the pool has become degraded or has recovered.
   *
   * @param served the problem with the queues that the workers serve; empty if there is none
   * @param trouble another lasting problem; empty if there is none
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
    reported = failing && !news ? problem : lasting.orElse("");
    if (suffers && (degradedSince == null || news)) {
      degradedSince = degradedSince == null ? now : degradedSince;
      events.accept(now, new PoolEvent.Degraded(reported));
    } else if (!suffers && degradedSince != null) {
      events.accept(now, new PoolEvent.Recovered(now.since(degradedSince)));
      degradedSince = null;
    }
  }
}
