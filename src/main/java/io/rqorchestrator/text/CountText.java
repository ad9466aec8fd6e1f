package io.rqorchestrator.text;

/** Counts as people read them. */
public final class CountText {

  private CountText() {}

  /** Such as {@code 1 worker} or {@code 3 workers}. */
  public static String workers(long count) {
    return count + (count == 1 ? " worker" : " workers");
  }
}
