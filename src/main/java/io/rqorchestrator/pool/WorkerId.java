package io.rqorchestrator.pool;

/**
 * A worker's number within its pool, unique over the daemon's life; shown as {@code w7}.
 *
 * @param number 1 or more
 */
public record WorkerId(int number) implements Comparable<WorkerId> {

  @Override
  public int compareTo(WorkerId other) {
    return Integer.compare(number, other.number);
  }

  /** The number as it is shown: {@code w7}. */
  public String text() {
    return "w" + number;
  }

  @Override
  public String toString() {
    return text();
  }
}
