package io.rqorchestrator.pool;

import java.time.Duration;

/**
 * The port through which {@link WorkerProcesses} reports what becomes of processes. Any thread may
 * call it, so it must not block.
 */
@FunctionalInterface
public interface ProcessListener {

  /**
   * A worker process has ended.
   *
   * @param exitCode its exit code, 128 + signal if a signal ended it; -1 if it is not known,
   *     because the parent (an earlier daemon or a fork server) died first
   */
  void exited(WorkerId worker, int exitCode);

  /** A launched worker has its process. */
  default void forked(WorkerId worker, long pid) {}

  /** A launched worker will have no process. */
  default void launchFailed(WorkerId worker, String problem) {}

  /** A launched worker will have no process, because there is no room for it now. */
  default void heldBack(WorkerId worker, String shortage) {}

  /** A search among the processes has its result: survivors or orphans. */
  default void processesFound() {}

  /**
   * A fork server has imported everything.
   *
   * @param took how long it took
   * @param renewed whether {@link WorkerLauncher#renew} requested it
   */
  default void preloaded(long pid, Duration took, boolean renewed) {}

  /**
   * A fork server could not import everything.
   *
   * @param renewed whether {@link WorkerLauncher#renew} requested it
   */
  default void preloadFailed(String problem, boolean renewed) {}

  /** The fork server died; its workers live on. */
  default void forkServerLost(long pid, String problem) {}
}
