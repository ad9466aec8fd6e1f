package io.rqorchestrator.pool;

import java.time.Duration;

/**
 * The port through which {@link WorkerProcesses} reports starts, failures and exits of processes.
 * Any thread may call it; it must not block.
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

  /** The process of a launched worker has started. */
  default void forked(WorkerId worker, long pid) {}

  /** The process of a launched worker cannot be started. */
  default void launchFailed(WorkerId worker, String problem) {}

  /**
   * The process of a launched worker is not started, because the limit of processes is nearly
   * reached.
   */
  default void heldBack(WorkerId worker, String shortage) {}

  /** A search for survivors or orphans has its result. */
  default void processesFound() {}

  /**
   * A fork server has imported all its modules.
   *
   * @param took how long it took
   * @param renewed whether {@link WorkerLauncher#renew} requested it
   */
  default void preloaded(long pid, Duration took, boolean renewed) {}

  /**
   * A fork server could not import all its modules.
   *
   * @param renewed whether {@link WorkerLauncher#renew} requested it
   */
  default void preloadFailed(String problem, boolean renewed) {}

  /** The fork server died; its workers live on. */
  default void forkServerLost(long pid, String problem) {}
}
