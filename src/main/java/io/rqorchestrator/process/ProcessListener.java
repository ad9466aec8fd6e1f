package io.rqorchestrator.process;

import io.rqorchestrator.pool.WorkerId;
import java.time.Duration;

/** Told of processes that come and go, from other threads. */
@FunctionalInterface
public interface ProcessListener {

  /**
   * A worker process has ended.
   *
   * @param exitCode its exit code, 128 + signal if a signal ended it; -1 if nobody knows: its
   *     parent, an earlier daemon or a fork server, died before it
   */
  void exited(WorkerId worker, int exitCode);

  /** A worker that was launched has its process. */
  default void forked(WorkerId worker, long pid) {}

  /** What was looked for among the processes is found. */
  default void found() {}

  /** A worker that was launched will have no process. */
  default void failed(WorkerId worker, String problem) {}

  /** A worker that was launched will have no process because there is no room for it now. */
  default void heldBack(WorkerId worker, String shortage) {}

  /**
   * A fork server has imported everything.
   *
   * @param took how long it took
   * @param renewed whether that had been asked for by {@link ProcessLauncher#renew}
   */
  default void preloaded(long pid, Duration took, boolean renewed) {}

  /**
   * A fork server could not import everything.
   *
   * @param renewed whether that had been asked for by {@link ProcessLauncher#renew}
   */
  default void preloadFailed(String problem, boolean renewed) {}

  /** The fork server died; its workers live on. */
  default void forkServerLost(long pid, String problem) {}
}
