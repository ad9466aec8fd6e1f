package io.rqorchestrator.rq;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Durations, counted in fixed buckets by the worker host.
 *
 * @param sum sum of the durations in seconds
 * @param counts number of durations in each bucket: one bucket per bound of {@link #BOUNDS}, and
 *     one for all longer durations
 */
public record Histogram(double sum, List<Long> counts) {

  /** Inclusive upper bounds of the buckets in seconds, the same as in {@code worker_host.py}. */
  public static final List<Double> BOUNDS =
      List.of(
          0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0,
          100.0, 250.0, 500.0, 1000.0, 2500.0);

  /** No durations. */
  public static final Histogram EMPTY =
      new Histogram(0, Collections.nCopies(BOUNDS.size() + 1, 0L));

  /** Refuses a wrong number of buckets. */
  public Histogram {
    counts = List.copyOf(counts);
    if (counts.size() != BOUNDS.size() + 1) {
      throw new IllegalArgumentException(
          "counts (%d) must be %d".formatted(counts.size(), BOUNDS.size() + 1));
    }
  }

  /** How many durations there are. */
  public long count() {
    long all = 0;
    for (long count : counts) {
      all += count;
    }
    return all;
  }

  /** The mean in seconds; empty without durations. */
  public OptionalDouble mean() {
    long count = count();
    return count == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / count);
  }

  /** These durations and {@code others}. */
  public Histogram plus(Histogram others) {
    return combined(others, 1);
  }

  /** The durations added since {@code earlier}. */
  public Histogram minus(Histogram earlier) {
    return combined(earlier, -1);
  }

  /** Whether this may be a later state of {@code earlier}: no count has fallen. */
  public boolean follows(Histogram earlier) {
    for (int i = 0; i < counts.size(); i++) {
      if (counts.get(i) < earlier.counts.get(i)) {
        return false;
      }
    }
    return sum >= earlier.sum;
  }

  /**
   * The duration that a share of the durations does not exceed, by linear interpolation within its
   * bucket.
   *
   * @param share in (0, 1], such as 0.95
   * @return seconds, at most the highest bound; empty without durations
   */
  public OptionalDouble quantile(double share) {
    double rank = share * count();
    if (rank == 0) {
      return OptionalDouble.empty();
    }
    double below = 0;
    for (int i = 0; i < BOUNDS.size(); i++) {
      long here = counts.get(i);
      if (here > 0 && below + here >= rank) {
        double from = i == 0 ? 0 : BOUNDS.get(i - 1);
        return OptionalDouble.of(from + (BOUNDS.get(i) - from) * (rank - below) / here);
      }
      below += here;
    }
    return OptionalDouble.of(BOUNDS.get(BOUNDS.size() - 1));
  }

  private Histogram combined(Histogram other, int sign) {
    List<Long> combined = new ArrayList<>(counts.size());
    for (int i = 0; i < counts.size(); i++) {
      combined.add(counts.get(i) + sign * other.counts.get(i));
    }
    return new Histogram(sum + sign * other.sum, combined);
  }
}
