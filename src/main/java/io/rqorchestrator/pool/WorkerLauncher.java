package io.rqorchestrator.pool;

import io.rqorchestrator.time.Tick;

/** The port through which workers are spawned. Exits are reported to {@link ProcessListener}. */
public interface WorkerLauncher {

  /**
   * Spawns a worker. Must not block. If the handle has no process yet, the {@link ProcessListener}
   * is called once the process has started or cannot be started.
   *
   * @param role recorded for the next daemon
   * @param withScheduler whether it also runs RQ's scheduler
   * @throws LaunchException if no process could be started
   */
  WorkerHandle launch(WorkerId id, Role role, boolean withScheduler) throws LaunchException;

  /**
   * Begins to import the code anew for the workers to come. The {@link ProcessListener} is called
   * with the result. If the import fails, workers are spawned with the earlier code.
   *
   * @return whether an import was begun; if not, each worker imports the code by itself
   */
  default boolean renew(Tick now) {
    return false;
  }

  /** Whether the newest import has not finished yet. */
  default boolean isRenewing() {
    return false;
  }

  /**
   * Keeps the fork servers in order: starts, replaces and ends them. To be called every turn.
   *
   * @param running whether more workers may still be spawned
   */
  default void tend(boolean running, Tick now) {}

  /**
   * Records for the next daemon that a worker's end was requested, so that the next daemon does not
   * request it again: outside our worker host, RQ kills the job on a second SIGTERM.
   *
   * @param reason why the end was requested
   */
  default void endRequested(long pid, DrainReason reason) {}

  /** A worker could not be spawned. */
  final class LaunchException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what went wrong, for the user
     */
    public LaunchException(String message) {
      super(message);
    }
  }
}
