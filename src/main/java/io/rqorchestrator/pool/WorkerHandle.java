package io.rqorchestrator.pool;

/** The port to one worker process. */
public interface WorkerHandle {

  /** Process id; 0 while there is no process yet. */
  long pid();

  /** The name given to RQ, or an empty string if the worker chooses its own. */
  String rqName();

  /**
   * The random text that it was given and that only its worker host can publish, or an empty string
   * if it has none that is known.
   */
  String token();

  /** Whether it runs in our worker host, so that SIGTERM loses no job. */
  boolean lossFree();

  /** Whether {@code pid} is this process or one of its descendants. */
  boolean owns(long pid);

  /** Sends one SIGTERM. */
  void terminate();

  /**
   * Ends the worker and the job that it holds: SIGQUIT in our worker host, elsewhere the second
   * SIGTERM that RQ takes for that. Returns at once; the signal may come a little later.
   */
  void stopCold();

  /** Sends SIGCONT if the process is stopped, so that it can obey. */
  void resume();

  /** Sends SIGKILL to the process and its descendants. */
  void kill();
}
