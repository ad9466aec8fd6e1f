package io.rqorchestrator.rq;

import java.util.Set;

/** The port through which records of our dead workers are taken out of Redis. */
@FunctionalInterface
public interface RqRecords {

  /**
   * Removes the records of dead workers, as RQ's own clean-up would after their time to live. Never
   * blocks; tried again until it is done.
   *
   * @param workerNames RQ's names of them
   */
  void remove(Set<String> workerNames);
}
