package io.rqorchestrator.pool;

/** The port to one worker process. */
public interface WorkerHandle {

  /** Process id; 0 while there is no process yet. */
  long pid();

  /** The name given to RQ, or an empty string if the worker chooses its own. */
  String rqName();

  /**
   * The random text that only this worker's host publishes, as proof of identity, or an empty
   * string if it is unknown.
   */
  String token();

  /** Whether our worker host runs it, so that SIGTERM loses no job. */
  boolean lossFree();

  /** Whether {@code pid} is this process or one of its descendants. */
  boolean owns(long pid);

  /** Sends one SIGTERM. */
  void terminate();

  /**
   * Ends the worker and its job: SIGQUIT in our worker host, elsewhere a second SIGTERM, on which
   * RQ kills the job. Returns at once; the signal may be sent a little later.
   */
  void stopCold();

  /** Sends SIGCONT if the process is stopped, so that it can handle other signals. */
  void resume();

  /** Sends SIGKILL to the process and its descendants. */
  void kill();
}
