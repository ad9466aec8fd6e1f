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
 * <p>Whatever is queued, in hand or done has arrived; so between two samples as many jobs arrived
 * as the sum of the three grew by. They are spread evenly between the two. The jobs that ended
 * between two samples took what the middles of their buckets say, all stretched by the same factor
 * to the sum of their durations: where all of them fell into one bucket, that is their mean. The
 * first job that arrived is taken for the first that ended, and so on: exact for one worker, and
 * near enough for many.
 *
 * <p>Jobs that workers of other pools took from the same queues are not seen.
 */
public final class Replay {

  /**
   * What one sample saw.
   *
   * @param at from the beginning
   * @param queued jobs waiting
   * @param busy workers with a job
   * @param ended how long the jobs took up their workers that ended since the daemon began
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
   * @param name what it is, for people
   * @param samples in the order of time, at least one
   * @throws IllegalArgumentException if no job has ended in them, so that nothing is known of any
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

  /** So many jobs ended, the short ones first. */
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

  /** Of a bucket, in seconds; of the last one, which has no end, its beginning. */
  private static double middle(int bucket) {
    double from = bucket == 0 ? 0 : Histogram.BOUNDS.get(bucket - 1);
    double to = bucket < Histogram.BOUNDS.size() ? Histogram.BOUNDS.get(bucket) : from;
    return (from + to) / 2;
  }

  /** What has arrived by this sample and was not known of before: since {@code from}. */
  private void arrive(Seen sample, double from) {
    long all = sample.queued() + sample.busy() + endedBefore + sample.ended().count();
    long news = all - known;
    double to = Seconds.of(sample.at());
    for (long i = 0; i < news; i++) {
      arrivals.add(from + (to - from) * (i + 0.5) / news);
    }
    known = Math.max(known, all);
  }

  /** Jobs that had not ended at the end take as long as the others on average. */
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
