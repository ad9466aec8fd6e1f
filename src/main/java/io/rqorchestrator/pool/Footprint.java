package io.rqorchestrator.pool;

/**
 * What a worker takes of memory, with its descendants.
 *
 * @param bytes its proportional set size: its share of the common pages counts, too
 * @param own the bytes that it has written and shares with no other process; they would go with it
 */
public record Footprint(long bytes, long own) {

  /** Both together. */
  public Footprint plus(Footprint other) {
    return new Footprint(bytes + other.bytes, own + other.own);
  }

  /**
   * What a new worker in its place would take, bytes of PSS. The difference is what it has written
   * since it was born; its share of the common pages grows and shrinks with the number of workers
   * and would be the same.
   *
   * @param ownAtBirth what was its own when it was first idle, bytes
   */
  public long expectedWhenNew(long ownAtBirth) {
    return bytes - Math.max(0, own - ownAtBirth);
  }
}
