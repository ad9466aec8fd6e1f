package io.rqorchestrator.history;

import io.rqorchestrator.rq.Histogram;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A pool's history, read back.
 *
 * @param begun time of its first event; the epoch if there is none
 * @param start what the daemon was told at its last start; empty if that is in an earlier file
 * @param samples what was measured, in order of time
 * @param steps what changed the size, in order of time
 * @param startDelays from the spawn of a worker until it took jobs, for each that got so far
 * @param workerBytes what a worker took on average, each time the pool's memory was told
 * @param daemonBytes what the daemon and its fork servers took, each time that was told
 * @param lines how many lines there were
 * @param skipped how many of them could not be read
 */
public record PoolHistory(
    Instant begun,
    Optional<PoolStart> start,
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
   * What the daemon was told at its start.
   *
   * @param name the pool's name
   * @param min fewest active workers
   * @param max most live workers
   * @param threshold utilization above which it grows; empty if it aims at a wait
   * @param queues how many it works on
   */
  public record PoolStart(String name, int min, int max, OptionalDouble threshold, int queues) {}

  /**
   * One sample.
   *
   * @param at when it was taken
   * @param active active workers
   * @param live active and draining workers
   * @param utilization load per active worker
   * @param queued waiting jobs
   * @param busy workers with a job
   * @param jobs how long the jobs took that ended since that daemon began; empty where the file
   *     does not tell
   */
  public record Sample(
      Instant at,
      int active,
      int live,
      double utilization,
      long queued,
      int busy,
      Optional<Histogram> jobs) {}

  /** How the size was changed. */
  public enum Change {
    /** A worker more. */
    GROW,
    /** A worker less. */
    SHRINK,
    /** The daemon was asked to stop. */
    STOP
  }

  /**
   * Something that changed the size.
   *
   * @param at when it was decided
   * @param change how
   * @param text the decision in one line, with its reason
   */
  public record Step(Instant at, Change change, String text) {}
}
