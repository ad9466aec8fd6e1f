package io.rqorchestrator.history;

import io.rqorchestrator.rq.Histogram;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A pool's history, read from its file.
 *
 * @param begun time of its first event; the epoch if there is none
 * @param start the settings at the daemon's last start; empty if an earlier file holds them
 * @param samples the samples, in order of time
 * @param steps the changes of size, in order of time
 * @param startDelays time from the spawn of a worker until it was ready, for each worker that
 *     became ready
 * @param workerBytes mean memory of a worker in each event with the pool's memory
 * @param daemonBytes memory of the daemon and its fork servers in each such event
 * @param lines number of lines in the file
 * @param skipped number of lines that could not be read
 */
public record PoolHistory(
    Instant begun,
    Optional<RecordedStart> start,
    List<Sample> samples,
    List<Step> steps,
    List<Duration> startDelays,
    List<Long> workerBytes,
    List<Long> daemonBytes,
    int lines,
    int skipped) {

  /** Keeps copies. */
  public PoolHistory {
    samples = List.copyOf(samples);
    steps = List.copyOf(steps);
    startDelays = List.copyOf(startDelays);
    workerBytes = List.copyOf(workerBytes);
    daemonBytes = List.copyOf(daemonBytes);
  }

  /**
   * The settings at the daemon's start.
   *
   * @param name the pool's name
   * @param min fewest active workers
   * @param max most live workers
   * @param threshold utilization above which it grows; empty if it has a target wait
   * @param queues number of its queues
   */
  public record RecordedStart(
      String name, int min, int max, OptionalDouble threshold, int queues) {}

  /**
   * One sample.
   *
   * @param at when the sample was taken
   * @param active active workers
   * @param live active and draining workers
   * @param utilization load per active worker
   * @param queued waiting jobs
   * @param busy workers with a job
   * @param jobs durations of the jobs that ended since that daemon began; empty if the file does
   *     not have them
   */
  public record Sample(
      Instant at,
      int active,
      int live,
      double utilization,
      long queued,
      int busy,
      Optional<Histogram> jobs) {}

  /** A kind of change. */
  public enum Change {
    /** Workers were added. */
    GROW,
    /** Workers were retired. */
    SHRINK,
    /** The daemon was requested to stop. */
    STOP
  }

  /**
   * A change of the pool's size.
   *
   * @param at when the change was decided
   * @param change the kind of change
   * @param text the decision in one line, with its reason
   */
  public record Step(Instant at, Change change, String text) {}
}
