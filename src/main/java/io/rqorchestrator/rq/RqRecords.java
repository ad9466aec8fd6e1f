package io.rqorchestrator.rq;

import java.util.Set;

/** The port for removing records of our dead workers from Redis. */
@FunctionalInterface
public interface RqRecords {

  /**
   * Removes the records of dead workers, as RQ's own clean-up does after their time to live. Never
   * blocks; failed attempts are repeated.
   *
   * @param workerNames RQ's names of the dead workers
   */
  void remove(Set<String> workerNames);
}
