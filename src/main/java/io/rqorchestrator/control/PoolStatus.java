package io.rqorchestrator.control;

import io.rqorchestrator.pool.Overhead;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.wire.WireName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A pool at one moment, as the supervisor shows it after each of its turns. Immutable, and free of
 * passwords and of what jobs contain.
 *
 * @param pool which pool this is
 * @param at when this was true
 * @param state what it is up to
 * @param problem what is wrong, in one line; empty if nothing is
 * @param redisUp whether the newest sample is recent enough to act on
 * @param size how many workers there are and should be
 * @param load how busy they are
 * @param vacancies places that wait to be filled again
 * @param queues the queues in priority order, as the newest sample shows them
 * @param workers every live worker, oldest first
 * @param orphans processes that dead workers left behind
 * @param foreign workers on these queues that are not the pool's
 * @param decision the last scaling decision; empty before the first
 * @param jobs what is known of finished jobs
 * @param memory what the workers take, PSS in bytes; empty if unknown
 * @param overhead what the daemon and its fork servers take; empty if unknown
 * @param counters what has happened since the daemon began
 * @param samples how well Redis is seen
 * @param loop how promptly the daemon itself does its work
 */
public record PoolStatus(
    @WireName("pool") Identity pool,
    @WireName("at") Instant at,
    @WireName("state") PoolState state,
    @WireName("problem") Optional<String> problem,
    @WireName("redis_up") boolean redisUp,
    @WireName("size") Size size,
    @WireName("load") LoadFigures load,
    @WireName("vacancies") List<VacancyRow> vacancies,
    @WireName("queues") List<QueueRow> queues,
    @WireName("workers") List<WorkerRow> workers,
    @WireName("orphans") List<OrphanRow> orphans,
    @WireName("foreign") List<ForeignRow> foreign,
    @WireName("decision") Optional<DecisionRow> decision,
    @WireName("jobs") JobFigures jobs,
    @WireName("memory") OptionalLong memory,
    @WireName("overhead") Optional<Overhead> overhead,
    @WireName("counters") Counters counters,
    @WireName("samples") SampleFigures samples,
    @WireName("loop") LoopFigures loop) {

  /** The status in one line. */
  public String describe() {
    long queued = queues.stream().mapToLong(QueueRow::queued).sum();
    return String.format(
        Locale.ROOT,
        "%s: %d of %d..%d workers, utilization %.2f, %d jobs wait",
        state.text(),
        size.active,
        size.min,
        size.max,
        load.utilization,
        queued);
  }

  /** Keeps copies. */
  public PoolStatus {
    vacancies = List.copyOf(vacancies);
    queues = List.copyOf(queues);
    workers = List.copyOf(workers);
    orphans = List.copyOf(orphans);
    foreign = List.copyOf(foreign);
  }

  /**
   * Which pool this is.
   *
   * @param name for people
   * @param id twelve hexadecimal digits
   * @param host the host it runs on
   * @param pid the daemon's process
   * @param version the program's version
   * @param redis where its Redis is, without credentials
   * @param startedAt when the daemon began
   */
  public record Identity(
      @WireName("name") String name,
      @WireName("id") String id,
      @WireName("host") String host,
      @WireName("pid") long pid,
      @WireName("version") String version,
      @WireName("redis") String redis,
      @WireName("started_at") Instant startedAt) {}

  /**
   * How many workers there are and should be.
   *
   * @param min fewest active workers
   * @param max most live workers
   * @param target active workers wanted now
   * @param heldAt the size an operator holds the pool at; empty if none does
   * @param pausedAt the size the pool was paused at; empty if it is not paused
   * @param active workers started or starting, and not draining
   * @param live workers that hold memory: active and draining
   * @param starting workers by state: not yet ready for a job, or not yet seen again after adoption
   * @param idle workers by state: waiting for a job
   * @param busy workers by state: at a job
   * @param draining workers by state: asked to go
   * @param unknown workers by state: ready, but their record cannot be read
   * @param outdated active workers that are to be replaced
   * @param stragglers workers that a rolling restart has replaced and that still finish their jobs
   */
  public record Size(
      @WireName("min") int min,
      @WireName("max") int max,
      @WireName("target") int target,
      @WireName("held_at") OptionalInt heldAt,
      @WireName("paused_at") OptionalInt pausedAt,
      @WireName("active") int active,
      @WireName("live") int live,
      @WireName("starting") int starting,
      @WireName("idle") int idle,
      @WireName("busy") int busy,
      @WireName("draining") int draining,
      @WireName("unknown") int unknown,
      @WireName("outdated") int outdated,
      @WireName("stragglers") int stragglers) {}

  /**
   * How busy the workers are.
   *
   * @param erlang mean number of busy workers in the window
   * @param utilization erlang / active workers
   * @param threshold utilization above which the pool grows; below half of it, it shrinks; empty if
   *     a target wait decides
   * @param targetWait the wait that the size is to keep; empty if the threshold decides
   * @param window the window once it is full
   * @param observed the part of it that was observed so far
   */
  public record LoadFigures(
      @WireName("erlang") double erlang,
      @WireName("utilization") double utilization,
      @WireName("threshold") OptionalDouble threshold,
      @WireName("target_wait") Optional<Duration> targetWait,
      @WireName("window") Duration window,
      @WireName("observed") Duration observed) {}

  /**
   * A place that waits to be filled again.
   *
   * @param failures how often it has failed in a row
   * @param retryIn time until it may be filled, 0 or more
   */
  public record VacancyRow(
      @WireName("failures") int failures, @WireName("retry_in") Duration retryIn) {}

  /**
   * A queue.
   *
   * @param name its name
   * @param queued jobs that wait
   * @param oldestWait how long the job at its head has waited; empty if none waits
   * @param due scheduled jobs whose time has come and that are not yet in the queue
   */
  public record QueueRow(
      @WireName("name") String name,
      @WireName("queued") long queued,
      @WireName("oldest_wait") Optional<Duration> oldestWait,
      @WireName("due") long due) {}

  /** What a worker does. */
  public enum WorkerActivity {
    /** Not yet ready for a job, or not yet seen again after adoption. */
    @WireName("starting")
    STARTING,
    /** Waits for a job. */
    @WireName("idle")
    IDLE,
    /** Is at a job. */
    @WireName("busy")
    BUSY,
    /** Was asked to go. */
    @WireName("draining")
    DRAINING,
    /** Ready, but its record cannot be read. */
    @WireName("unknown")
    UNKNOWN
  }

  /**
   * A live worker.
   *
   * @param number its number in the pool, shown as {@code w7}
   * @param pid its process
   * @param name RQ's name of it; empty until it is known
   * @param role core or elastic
   * @param activity what it does
   * @param job the job in hand; empty if none is
   * @param jobFor how long it has been at it; empty if that is not known
   * @param memory PSS of its processes in bytes; empty if it was not read yet
   * @param jobs jobs it has ended
   * @param age since it was started or adopted
   * @param leaving why it drains or is to be replaced; empty if neither
   */
  public record WorkerRow(
      @WireName("number") int number,
      @WireName("pid") long pid,
      @WireName("name") Optional<String> name,
      @WireName("role") Role role,
      @WireName("activity") WorkerActivity activity,
      @WireName("job") Optional<String> job,
      @WireName("job_for") Optional<Duration> jobFor,
      @WireName("memory") OptionalLong memory,
      @WireName("jobs") long jobs,
      @WireName("age") Duration age,
      @WireName("leaving") Optional<String> leaving) {}

  /**
   * A process that a dead worker left behind.
   *
   * @param pid its process
   * @param horse whether it is a horse, which may be at a job
   * @param since when it was found
   */
  public record OrphanRow(
      @WireName("pid") long pid,
      @WireName("horse") boolean horse,
      @WireName("since") Instant since) {}

  /**
   * A worker on the pool's queues that is not the pool's: another host's, another pool's, or one
   * started by hand. Never touched, and not counted.
   *
   * @param name RQ's name of it
   * @param host its host; empty if it does not say
   * @param pid its process there; empty if it does not say
   * @param busy whether it is at a job
   * @param pool the pool of ours that it belongs to; empty if to none
   */
  public record ForeignRow(
      @WireName("name") String name,
      @WireName("host") Optional<String> host,
      @WireName("pid") OptionalLong pid,
      @WireName("busy") boolean busy,
      @WireName("pool") Optional<String> pool) {}

  /**
   * A scaling decision.
   *
   * @param at when it was made
   * @param from active workers it was made on
   * @param to active workers wanted
   * @param reason the kind of reason
   * @param text the decision in one line, with its numbers
   */
  public record DecisionRow(
      @WireName("at") Instant at,
      @WireName("from") int from,
      @WireName("to") int to,
      @WireName("reason") Reason.Code reason,
      @WireName("text") String text) {}

  /**
   * How promptly the daemon itself does its work.
   *
   * @param longestTurn the longest turn of its loop in the last minute
   * @param droppedLogLines lines of the log that nobody took in time, since the daemon began
   * @param droppedHistoryLines lines of the history file that could not be written in time
   */
  public record LoopFigures(
      @WireName("longest_turn") Duration longestTurn,
      @WireName("dropped_log_lines") long droppedLogLines,
      @WireName("dropped_history_lines") long droppedHistoryLines) {}

  /**
   * How well Redis is seen.
   *
   * @param taken samples taken
   * @param failed samples that failed
   * @param unreadable fields whose content made no sense, over all samples
   * @param leftOut names and values in Redis that are too many or too long to be read, as of the
   *     newest sample
   * @param newestAt when the newest one was taken; empty before the first
   * @param took how long the newest one took; empty if that is not known
   */
  public record SampleFigures(
      @WireName("taken") long taken,
      @WireName("failed") long failed,
      @WireName("unreadable") long unreadable,
      @WireName("left_out") long leftOut,
      @WireName("newest_at") Optional<Instant> newestAt,
      @WireName("took") Optional<Duration> took) {}
}
