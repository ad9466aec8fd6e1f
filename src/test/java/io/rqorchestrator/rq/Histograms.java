package io.rqorchestrator.rq;

import java.util.ArrayList;
import java.util.List;

/** Histograms for tests. */
public final class Histograms {

  private Histograms() {}

  /** So many durations of so many seconds. */
  public static Histogram of(double seconds, long count) {
    List<Long> counts = new ArrayList<>(Histogram.EMPTY.counts());
    int bucket = 0;
    while (bucket < Histogram.BOUNDS.size() && Histogram.BOUNDS.get(bucket) < seconds) {
      bucket++;
    }
    counts.set(bucket, count);
    return new Histogram(seconds * count, counts);
  }
}
