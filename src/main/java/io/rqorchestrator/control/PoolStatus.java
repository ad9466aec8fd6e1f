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
 * A pool at one moment. The supervisor publishes one after each of its turns. Immutable; contains
 * no passwords and no contents of jobs.
 *
 * @param pool which pool this is
 * @param at when the status was taken
 * @param state what the pool is doing
 * @param problem what is wrong, in one line; empty if nothing is
 * @param redisUp whether the newest sample is recent enough to act on
 * @param size present and wanted numbers of workers
 * @param load how busy the workers are
 * @param vacancies places that wait for a new worker
 * @param queues the queues in priority order, as the newest sample shows them
 * @param workers every live worker, oldest first
 * @param orphans processes that dead workers left behind
 * @param foreign workers on these queues that do not belong to the pool
 * @param decision the last scaling decision; empty before the first
 * @param jobs measurements of finished jobs
 * @param memory memory of the workers, PSS in bytes; empty if unknown
 * @param overhead memory of the daemon and its fork servers; empty if unknown
 * @param counters counts of events since the daemon began
 * @param samples how samples of Redis succeed
 * @param loop how promptly the daemon itself works
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
   * @param name the pool's name, for people
   * @param id twelve hexadecimal digits
   * @param host the host that the daemon runs on
   * @param pid the daemon's process id
   * @param version the program's version
   * @param redis the address of its Redis, without credentials
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
   * Present and wanted numbers of workers.
   *
   * @param min fewest active workers
   * @param max most live workers
   * @param target active workers wanted now
   * @param heldAt the size at which an operator holds the pool; empty if it is not held
   * @param pausedAt the size at which the pool was paused; empty if it is not paused
   * @param active workers started or starting, and not draining
   * @param live workers that hold memory: active and draining
   * @param starting workers by state: not yet ready for a job, or not yet seen again after adoption
   * @param idle workers by state: waiting for a job
   * @param busy workers by state: running a job
   * @param draining workers by state: requested to stop
   * @param unknown workers by state: ready, but their record cannot be read
   * @param outdated active workers that will be replaced
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
   * @param targetWait the target wait that decides the size; empty if the threshold decides
   * @param window the length of the full window
   * @param observed the part of the window that was observed so far
   */
  public record LoadFigures(
      @WireName("erlang") double erlang,
      @WireName("utilization") double utilization,
      @WireName("threshold") OptionalDouble threshold,
      @WireName("target_wait") Optional<Duration> targetWait,
      @WireName("window") Duration window,
      @WireName("observed") Duration observed) {}

  /**
   * A place that waits for a new worker.
   *
   * @param failures number of consecutive failures
   * @param retryIn time until a worker may be started in it, 0 or more
   */
  public record VacancyRow(
      @WireName("failures") int failures, @WireName("retry_in") Duration retryIn) {}

  /**
   * A queue.
   *
   * @param name the queue's name
   * @param queued jobs that wait
   * @param oldestWait how long the job at its head has waited; empty if none waits
   * @param due scheduled jobs that are due and not yet in the queue
   */
  public record QueueRow(
      @WireName("name") String name,
      @WireName("queued") long queued,
      @WireName("oldest_wait") Optional<Duration> oldestWait,
      @WireName("due") long due) {}

  /** What a worker is doing. */
  public enum WorkerActivity {
    /** Not yet ready for a job, or not yet seen again after adoption. */
    @WireName("starting")
    STARTING,
    /** Waits for a job. */
    @WireName("idle")
    IDLE,
    /** Runs a job. */
    @WireName("busy")
    BUSY,
    /** Was requested to stop. */
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
   * @param pid its process id
   * @param name RQ's name of the worker; empty until it is known
   * @param role core or elastic
   * @param activity what it is doing
   * @param job id of its current job; empty if it has none
   * @param jobFor how long it has run that job; empty if unknown
   * @param memory PSS of its processes in bytes; empty if not read yet
   * @param jobs number of jobs it has ended
   * @param age time since it was started or adopted
   * @param leaving why it drains or will be replaced; empty if neither
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
   * @param pid its process id
   * @param horse whether it is a horse, which may be running a job
   * @param since when it was found
   */
  public record OrphanRow(
      @WireName("pid") long pid,
      @WireName("horse") boolean horse,
      @WireName("since") Instant since) {}

  /**
   * A worker on the pool's queues that does not belong to the pool: on another host, of another
   * pool, or started manually. The daemon never stops it, and does not count it as its own.
   *
   * @param name RQ's name of it
   * @param host its host; empty if unknown
   * @param pid its process id there; empty if unknown
   * @param busy whether it runs a job
   * @param pool the rq-orchestrator pool that it belongs to; empty if none
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
   * @param from number of active workers when it was made
   * @param to number of active workers wanted
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
   * How promptly the daemon itself works.
   *
   * @param longestTurn the longest turn of its main loop in the last minute
   * @param droppedLogLines lines of the log that could not be written in time, since the daemon
   *     began
   * @param droppedHistoryLines lines of the history file that could not be written in time, since
   *     the daemon began
   */
  public record LoopFigures(
      @WireName("longest_turn") Duration longestTurn,
      @WireName("dropped_log_lines") long droppedLogLines,
      @WireName("dropped_history_lines") long droppedHistoryLines) {}

  /**
   * How samples of Redis succeed.
   *
   * @param taken samples taken
   * @param failed samples that failed
   * @param unreadable fields that could not be parsed, over all samples
   * @param leftOut names and values in Redis that exceed the limits and were left out of the newest
   *     sample
   * @param newestAt when the newest sample was taken; empty before the first
   * @param took how long the newest sample took; empty if unknown
   */
  public record SampleFigures(
      @WireName("taken") long taken,
      @WireName("failed") long failed,
      @WireName("unreadable") long unreadable,
      @WireName("left_out") long leftOut,
      @WireName("newest_at") Optional<Instant> newestAt,
      @WireName("took") Optional<Duration> took) {}
}
