package io.rqorchestrator.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Rebuilds the jobs of a real pool from its samples.
 *
 * <p>Whatever is queued, in hand or done has arrived; so between two samples as many jobs arrived
 * as the sum of the three grew by. They are spread evenly between the two. The jobs that ended
 * between two samples each took the mean of these. The first job that arrived is taken for the
 * first that ended, and so on: exact for one worker, and near enough for many.
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
   * @param ended jobs ended since the daemon began
   * @param seconds how long these took up their workers, together
   */
  public record Seen(Duration at, long queued, int busy, long ended, double seconds) {}

  private final List<Double> arrivals = new ArrayList<>();
  private final List<Double> lengths = new ArrayList<>();
  private long known;
  private long endedBefore;
  private Seen last;

  private Replay(Seen first) {
    this.last = first;
    this.endedBefore = -first.ended();
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
    boolean restarted = sample.ended() < last.ended();
    endedBefore += restarted ? last.ended() : 0;
    long ended = sample.ended() - (restarted ? 0 : last.ended());
    double seconds = sample.seconds() - (restarted ? 0 : last.seconds());
    for (long i = 0; i < ended; i++) {
      lengths.add(Math.max(0, seconds / ended));
    }
    arrive(sample, seconds(last.at()));
    last = sample;
  }

  /** What has arrived by this sample and was not known of before: since {@code from}. */
  private void arrive(Seen sample, double from) {
    long all = sample.queued() + sample.busy() + endedBefore + sample.ended();
    long news = all - known;
    double to = seconds(sample.at());
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

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static Duration nanos(double seconds) {
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }
}
