package io.rqorchestrator.pool;

import io.rqorchestrator.time.Tick;

/** The port through which workers are spawned. Their exits come later, as messages. */
public interface WorkerLauncher {

  /**
   * Spawns a worker. Must not block. If the handle has no process yet, then a message will tell of
   * the process, or of why there is none.
   *
   * @param role recorded for a next daemon
   * @param withScheduler whether it also runs RQ's scheduler
   * @throws LaunchException if no process could be started
   */
  WorkerHandle launch(WorkerId id, Role role, boolean withScheduler) throws LaunchException;

  /**
   * Makes ready to spawn workers that run the code as it is now. A message tells how that went; if
   * it went wrong, workers are spawned with the code as it was.
   *
   * @return whether there is anything to make ready: if not, each worker loads the code by itself
   */
  default boolean renew(Tick now) {
    return false;
  }

  /** Whether what was made ready last is not there yet. */
  default boolean isRenewing() {
    return false;
  }

  /**
   * Sees to whatever workers are spawned from. To be called every turn.
   *
   * @param running whether workers may still be wanted
   */
  default void tend(boolean running, Tick now) {}

  /**
   * A worker was asked to go. A next daemon is to know: it goes by itself. Outside our worker host,
   * asked a second time, it would drop its job.
   *
   * @param reason why it was asked
   */
  default void asking(long pid, DrainReason reason) {}

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
