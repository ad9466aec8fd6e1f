package io.rqorchestrator.pool;

/** The port through which workers are spawned. Their exits come later, as messages. */
public interface WorkerLauncher {

  /**
   * Spawns a worker.
   *
   * @param role recorded for a next daemon
   * @param withScheduler whether it also runs RQ's scheduler
   * @throws LaunchException if no process could be started
   */
  WorkerHandle launch(WorkerId id, Role role, boolean withScheduler) throws LaunchException;

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
