package io.rqorchestrator.scaling;

import io.rqorchestrator.text.SizeText;

/**
 * The memory that the pool takes, and that the next worker would add, in bytes.
 *
 * @param pool proportional set size of all processes of the pool; a worker that has not yet ended a
 *     job counts at least as {@code nextWorker}
 * @param leaving the part of {@code pool} that draining workers take
 * @param nextWorker what one more worker is expected to take, more than 0
 * @param available memory that the host, or the control group around the daemon, has available,
 *     less the expected growth of workers that have not yet ended a job
 * @param isGuess whether {@code nextWorker} is a guess because no worker of this pool was measured
 *     yet
 */
public record MemoryUse(long pool, long leaving, long nextWorker, long available, boolean isGuess) {

  /** Memory was not read, because no limit on memory is set. */
  public static final MemoryUse UNKNOWN = new MemoryUse(0, 0, 1, Long.MAX_VALUE, false);

  /** The memory that remains in use once the draining workers have ended. */
  long staying() {
    return pool - leaving;
  }

  /**
   * How many more workers fit into {@code bytes}, 0 or more. While the size of a worker is a guess,
   * workers start one at a time, so that the first one can be measured.
   *
   * @param live number of live workers
   */
  int fitting(long bytes, int live) {
    long fitting = Math.max(0, Math.min(Integer.MAX_VALUE, bytes / nextWorker));
    return (int) (isGuess ? Math.min(fitting, live == 0 ? 1 : 0) : fitting);
  }

  /** The expected memory of the next worker, for people. */
  String nextWorkerText() {
    return "next worker "
        + SizeText.of(nextWorker)
        + (isGuess ? " by guess, none is weighed yet" : "");
  }
}
