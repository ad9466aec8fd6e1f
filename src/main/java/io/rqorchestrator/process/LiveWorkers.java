package io.rqorchestrator.process;

import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.process.ProcessTable.ProcessEntry;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Workers whose exit was not reported yet. The JVM or a fork server notices an exit, and it is
 * reported once. If the host gives no more threads, the notice is lost, and the worker would stay
 * in the pool for ever. Therefore the processes are looked up from time to time.
 */
final class LiveWorkers {

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

  private record Known(long pid, long start) {}

  private final LongFunction<Optional<ProcessEntry>> processes;
  private final Map<WorkerId, Known> workers = new HashMap<>();
  private final Set<WorkerId> missed = new HashSet<>();
  private @Nullable Tick lastLook;

  /**
   * @param processes finds the live process of a pid
   */
  LiveWorkers(LongFunction<Optional<ProcessEntry>> processes) {
    this.processes = processes;
  }

  /**
   * A worker has its process.
   *
   * @param start when the process began, as {@link ProcessEntry#start}
   */
  synchronized void add(WorkerId id, long pid, long start) {
    workers.put(id, new Known(pid, start));
  }

  /**
   * The exit of a worker is to be reported.
   *
   * @return whether it was not reported before
   */
  synchronized boolean remove(WorkerId id) {
    return workers.remove(id) != null;
  }

  /** Workers whose process two successive looks did not find, with their pids. */
  synchronized Map<WorkerId, Long> lost(Tick now) {
    Map<WorkerId, Long> lost = new HashMap<>();
    if (lastLook != null && !now.hasPassed(BETWEEN_LOOKS, lastLook)) {
      return lost;
    }
    lastLook = now;
    missed.retainAll(workers.keySet());
    workers.forEach(
        (id, known) -> {
          boolean isThere =
              processes
                  .apply(known.pid())
                  .filter(entry -> entry.start() == known.start())
                  .isPresent();
          if (isThere) {
            missed.remove(id);
          } else if (!missed.add(id)) {
            lost.put(id, known.pid());
          }
        });
    return lost;
  }
}
