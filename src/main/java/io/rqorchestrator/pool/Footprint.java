package io.rqorchestrator.pool;

/**
 * The memory of a worker and its descendants.
 *
 * @param bytes proportional set size (PSS): the private pages and a share of the shared pages
 * @param own bytes of pages that no other process shares; they are freed when the worker ends
 */
public record Footprint(long bytes, long own) {

  /** The sum of both. */
  public Footprint plus(Footprint other) {
    return new Footprint(bytes + other.bytes, own + other.own);
  }

  /**
   * The PSS in bytes of a new worker in the same place: this one's PSS without the private pages
   * that it has written since its birth. The share of the shared pages depends on the number of
   * workers and would be the same.
   *
   * @param ownAtBirth {@code own} when the worker was first idle
   */
  public long expectedWhenNew(long ownAtBirth) {
    return bytes - Math.max(0, own - ownAtBirth);
  }
}
