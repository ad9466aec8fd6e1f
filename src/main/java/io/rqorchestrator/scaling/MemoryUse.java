package io.rqorchestrator.scaling;

/**
 * What memory the pool takes, and what the next worker would add, in bytes.
 *
 * @param pool proportional set size of all that belongs to the pool; workers that have not grown up
 *     yet count as much as grown-up ones
 * @param nextWorker what one more worker is expected to take, more than 0
 * @param available what the host, or the control group around the daemon, can still give, less what
 *     those that have not grown up yet will take
 */
public record MemoryUse(long pool, long nextWorker, long available) {

  /** Nobody asked for a budget, so nobody has looked. */
  public static final MemoryUse UNKNOWN = new MemoryUse(0, 1, Long.MAX_VALUE);

  /** How many more workers fit into so many bytes, 0 or more. */
  int fitting(long bytes) {
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, bytes / nextWorker));
  }

  /** Bytes as people read them. */
  static String text(long bytes) {
    return (bytes >> 20) + " MB";
  }
}
