package io.rqorchestrator.simulation;

import java.util.Arrays;

/**
 * How long jobs waited, from enqueued to started, in seconds. All 0 if there was no job.
 *
 * @param jobs how many
 * @param mean their mean
 * @param p50 half of them waited no longer
 * @param p95 95 % of them waited no longer
 * @param max the longest
 */
public record Waits(int jobs, double mean, double p50, double p95, double max) {

  /** Of waits in any order; percentiles by nearest rank, so that each is the wait of some job. */
  static Waits of(double[] seconds) {
    if (seconds.length == 0) {
      return new Waits(0, 0, 0, 0, 0);
    }
    double[] sorted = seconds.clone();
    Arrays.sort(sorted);
    return new Waits(
        sorted.length,
        Arrays.stream(sorted).sum() / sorted.length,
        sorted[rank(0.5, sorted.length)],
        sorted[rank(0.95, sorted.length)],
        sorted[sorted.length - 1]);
  }

  private static int rank(double share, int count) {
    return (int) Math.ceil(share * count) - 1;
  }
}
