package io.rqorchestrator.scaling;

import io.rqorchestrator.text.SizeText;

/**
 * What memory the pool takes, and what the next worker would add, in bytes.
 *
 * @param pool proportional set size of all that belongs to the pool; workers that have not grown up
 *     yet count as much as grown-up ones
 * @param leaving the part of it that goes with the draining workers
 * @param nextWorker what one more worker is expected to take, more than 0
 * @param available what the host, or the control group around the daemon, can still give, less what
 *     those that have not grown up yet will take
 * @param isGuess whether no worker of this pool was weighed, so that {@code nextWorker} is a guess
 */
public record MemoryUse(long pool, long leaving, long nextWorker, long available, boolean isGuess) {

  /** Nobody asked for a budget, so nobody has looked. */
  public static final MemoryUse UNKNOWN = new MemoryUse(0, 0, 1, Long.MAX_VALUE, false);

  /** What is left once the draining workers are gone. */
  long staying() {
    return pool - leaving;
  }

  /**
   * How many more workers fit into so many bytes, 0 or more. While their size is a guess they come
   * one at a time, so that the first one can be weighed.
   *
   * @param live workers that are there
   */
  int fitting(long bytes, int live) {
    long fitting = Math.max(0, Math.min(Integer.MAX_VALUE, bytes / nextWorker));
    return (int) (isGuess ? Math.min(fitting, live == 0 ? 1 : 0) : fitting);
  }

  /** What the next worker takes, as people read it. */
  String nextWorkerText() {
    return "next worker "
        + SizeText.of(nextWorker)
        + (isGuess ? " by guess, none is weighed yet" : "");
  }
}
