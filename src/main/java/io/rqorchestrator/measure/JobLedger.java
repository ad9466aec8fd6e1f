package io.rqorchestrator.measure;

import io.rqorchestrator.rq.JobSamples;
import io.rqorchestrator.rq.JobSamples.Service;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Adds up the job samples of all workers, including those that have ended: since the daemon began,
 * and over the last {@link #RECENT}.
 */
public final class JobLedger {

  /**
   * The span of recent jobs: long enough for a quantile, short enough to follow a change of the
   * jobs.
   */
  public static final Duration RECENT = Duration.ofMinutes(5);

  private static final Duration BETWEEN_MARKS = Duration.ofSeconds(5);

  /** The totals at one moment. */
  private record Mark(Tick at, JobSamples totals) {}

  private final Map<String, JobSamples> lives = new HashMap<>();
  private final Deque<Mark> marks = new ArrayDeque<>();
  private JobSamples totals = JobSamples.NONE;

  /** A worker of this name starts now: all its jobs count. */
  public void begin(String worker) {
    lives.putIfAbsent(worker, JobSamples.NONE);
  }

  /**
   * Adds the counts of a worker's host. If {@link #begin} was not called for the worker, its jobs
   * before now don't count. Counts that went down are ignored: a host never lowers its counts, so
   * these belong to another process.
   */
  public void observe(Tick at, String worker, JobSamples samples) {
    mark(at);
    JobSamples before = lives.put(worker, samples);
    if (before != null
        && !before.equals(samples)
        && samples.waits().follows(before.waits())
        && samples.durations().follows(before.durations())) {
      totals = sum(totals, samples, before);
    }
  }

  /** The worker has ended; its jobs still count. */
  public void end(String worker) {
    lives.remove(worker);
  }

  /** All jobs since the daemon began. */
  public JobSamples totals() {
    return totals;
  }

  /** The jobs of the last {@link #RECENT}. */
  public JobSamples recent(Tick now) {
    mark(now);
    return difference(totals, marks.getFirst().totals());
  }

  /**
   * The mean time that a job of this queue occupies a worker: over the recent jobs, or over all
   * jobs if there are no recent ones.
   *
   * @return seconds; empty before the first job has ended
   */
  public OptionalDouble serviceSeconds(Tick now, String queue) {
    mark(now);
    Service ever = totals.queues().getOrDefault(queue, Service.NONE);
    Service past = marks.getFirst().totals().queues().getOrDefault(queue, Service.NONE);
    Service recently = ever.minus(past);
    Service known = recently.jobs() > 0 ? recently : ever;
    return known.jobs() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(known.seconds() / known.jobs());
  }

  /** Keeps a mark of the totals every few seconds, and drops marks that are too old. */
  private void mark(Tick now) {
    if (marks.isEmpty() || now.hasPassed(BETWEEN_MARKS, marks.getLast().at())) {
      marks.add(new Mark(now, totals));
    }
    while (marks.size() > 1 && now.hasPassed(RECENT, second(marks).at())) {
      marks.removeFirst();
    }
  }

  private static Mark second(Deque<Mark> marks) {
    var all = marks.iterator();
    all.next();
    return all.next();
  }

  private static JobSamples sum(JobSamples totals, JobSamples now, JobSamples before) {
    JobSamples news = difference(now, before);
    Map<String, Service> queues = new HashMap<>(totals.queues());
    news.queues().forEach((queue, service) -> queues.merge(queue, service, Service::plus));
    return new JobSamples(
        totals.waits().plus(news.waits()), totals.durations().plus(news.durations()), queues);
  }

  private static JobSamples difference(JobSamples later, JobSamples earlier) {
    Map<String, Service> queues = new HashMap<>();
    later
        .queues()
        .forEach(
            (queue, service) ->
                queues.put(
                    queue, service.minus(earlier.queues().getOrDefault(queue, Service.NONE))));
    return new JobSamples(
        later.waits().minus(earlier.waits()), later.durations().minus(earlier.durations()), queues);
  }
}
