package io.rqorchestrator.simulation;

import java.util.Arrays;

/**
 * How long jobs waited from enqueue to start, in seconds. All 0 if there was no job.
 *
 * @param jobs number of jobs
 * @param mean the mean wait
 * @param p50 half of the jobs waited no longer
 * @param p95 95 % of the jobs waited no longer
 * @param max the longest wait
 */
public record Waits(int jobs, double mean, double p50, double p95, double max) {

  /**
   * Summarizes waits in any order. Percentiles are by nearest rank, so each is the wait of some
   * job.
   */
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
