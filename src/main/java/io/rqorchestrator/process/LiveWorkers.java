package io.rqorchestrator.process;

import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.process.ProcessTable.Entry;
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
 * Workers whose end was not told yet. It is told once: as it comes, by the JVM or by a fork server.
 * But where the host gives no more threads such word gets lost, and the worker would be one of the
 * pool for ever. So now and then they are looked up.
 */
final class LiveWorkers {

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

  private record Known(WorkerId id, long start) {}

  private final LongFunction<Optional<Entry>> processes;
  private final Map<Long, Known> workers = new HashMap<>();
  private final Set<Long> missed = new HashSet<>();
  private @Nullable Tick lastLook;

  /**
   * @param processes the live process of a pid
   */
  LiveWorkers(LongFunction<Optional<Entry>> processes) {
    this.processes = processes;
  }

  /**
   * A worker has its process.
   *
   * @param start when that began, as {@link Entry#start}
   */
  synchronized void add(WorkerId id, long pid, long start) {
    workers.put(pid, new Known(id, start));
  }

  /**
   * The end of a process is to be told.
   *
   * @return whether it was not told before
   */
  synchronized boolean remove(long pid) {
    return workers.remove(pid) != null;
  }

  /** Workers, by pid, that two looks running have not found; word of their end was lost. */
  synchronized Map<Long, WorkerId> lost(Tick now) {
    Map<Long, WorkerId> lost = new HashMap<>();
    if (lastLook != null && !now.hasPassed(BETWEEN_LOOKS, lastLook)) {
      return lost;
    }
    lastLook = now;
    missed.retainAll(workers.keySet());
    workers.forEach(
        (pid, known) -> {
          boolean isThere =
              processes.apply(pid).filter(entry -> entry.start() == known.start()).isPresent();
          if (isThere) {
            missed.remove(pid);
          } else if (!missed.add(pid)) {
            lost.put(pid, known.id());
          }
        });
    return lost;
  }
}
