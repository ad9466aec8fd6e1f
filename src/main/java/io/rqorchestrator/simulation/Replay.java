package io.rqorchestrator.simulation;

import io.rqorchestrator.rq.Histogram;
import io.rqorchestrator.time.Seconds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Rebuilds the jobs of a real pool from its samples.
 *
 * <p>Number of arrivals between two samples: the growth of {@code queued + busy + ended}.
 *
 * <ul>
 *   <li>Arrivals are spread evenly between the two samples.
 *   <li>Jobs that ended between two samples get the middle of their bucket as length, scaled by one
 *       factor so that the sum of the lengths is the measured one. If all jobs fall into one
 *       bucket, each gets their mean.
 *   <li>The first arrival gets the first length, and so on. This is exact for one worker and a good
 *       approximation for many.
 *   <li>Jobs that workers of other pools took from the same queues are not included.
 * </ul>
 */
public final class Replay {

  /**
   * The values of one sample.
   *
   * @param at time since the beginning
   * @param queued jobs waiting
   * @param busy workers with a job
   * @param ended durations of the jobs that ended since the daemon began
   */
  public record Seen(Duration at, long queued, int busy, Histogram ended) {}

  private final List<Double> arrivals = new ArrayList<>();
  private final List<Double> lengths = new ArrayList<>();
  private long known;
  private long endedBefore;
  private Seen last;

  private Replay(Seen first) {
    this.last = first;
    this.endedBefore = -first.ended().count();
    arrive(first, 0);
  }

  /**
   * Rebuilds.
   *
   * @param name the name for people
   * @param samples in the order of time, at least one
   * @throws IllegalArgumentException if no job ended in the samples, so that no length is known
   */
  public static Workload of(String name, List<Seen> samples) {
    Replay replay = new Replay(samples.get(0));
    for (Seen sample : samples.subList(1, samples.size())) {
      replay.take(sample);
    }
    if (replay.lengths.isEmpty()) {
      throw new IllegalArgumentException("no job ended");
    }
    return new Workload(name, replay.jobs(), replay.last.at());
  }

  private void take(Seen sample) {
    boolean restarted = !sample.ended().follows(last.ended());
    endedBefore += restarted ? last.ended().count() : 0;
    end(restarted ? sample.ended() : sample.ended().minus(last.ended()));
    arrive(sample, Seconds.of(last.at()));
    last = sample;
  }

  /** Adds the lengths of these ended jobs, the short ones first. */
  private void end(Histogram ended) {
    double rough = 0;
    for (int i = 0; i < ended.counts().size(); i++) {
      rough += ended.counts().get(i) * middle(i);
    }
    for (int i = 0; i < ended.counts().size(); i++) {
      lengths.addAll(
          Collections.nCopies(
              Math.toIntExact(ended.counts().get(i)), middle(i) * ended.sum() / rough));
    }
  }

  /** The middle of a bucket in seconds; for the last bucket, which has no end, its beginning. */
  private static double middle(int bucket) {
    double from = bucket == 0 ? 0 : Histogram.BOUNDS.get(bucket - 1);
    double to = bucket < Histogram.BOUNDS.size() ? Histogram.BOUNDS.get(bucket) : from;
    return (from + to) / 2;
  }

  /** Adds the jobs that arrived between {@code from} and this sample. */
  private void arrive(Seen sample, double from) {
    long all = sample.queued() + sample.busy() + endedBefore + sample.ended().count();
    long news = all - known;
    double to = Seconds.of(sample.at());
    for (long i = 0; i < news; i++) {
      arrivals.add(from + (to - from) * (i + 0.5) / news);
    }
    known = Math.max(known, all);
  }

  /** The jobs; those that had not ended by the last sample get the mean length of the others. */
  private List<Job> jobs() {
    double mean = lengths.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < arrivals.size(); i++) {
      double length = i < lengths.size() ? lengths.get(i) : mean;
      jobs.add(new Job(nanos(arrivals.get(i)), nanos(length)));
    }
    return jobs;
  }

  private static Duration nanos(double seconds) {
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }
}
