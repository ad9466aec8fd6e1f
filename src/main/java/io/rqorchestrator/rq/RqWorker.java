package io.rqorchestrator.rq;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An RQ worker, as its record in Redis shows it. Any field may be missing: after a Redis restart
 * with data loss, a live worker's record holds little more than its heartbeat.
 *
 * @param name RQ's name of the worker; every start of a worker has a new name
 * @param hostname {@code socket.gethostname()} of the worker's host
 * @param pid process id on that host
 * @param birth when it registered, on its wall clock
 * @param queues names of the queues that it serves, in its order; empty if unknown
 * @param state the state in its record
 * @param heartbeat {@code last_heartbeat} as text; only ever compared with an earlier reading
 * @param currentJob id of its current job, if this version of RQ writes it there
 * @param busy its busy time so far; empty if unreadable
 * @param jobs number of jobs it has ended, whatever their outcome
 * @param samples its jobs as its host measured them; empty without our worker host
 * @param guarded whether its host guarantees a loss-free stop; empty without our worker host
 * @param token unique token that the daemon gave to it at its start; empty if its host publishes
 *     none
 * @param pool name of the pool it belongs to; empty if its host publishes none
 * @param dead whether its record has a time of death
 */
public record RqWorker(
    String name,
    Optional<String> hostname,
    OptionalLong pid,
    Optional<Instant> birth,
    List<String> queues,
    WorkerState state,
    Optional<String> heartbeat,
    Optional<String> currentJob,
    Optional<BusyReading> busy,
    long jobs,
    Optional<JobSamples> samples,
    Optional<Boolean> guarded,
    Optional<String> token,
    Optional<String> pool,
    boolean dead) {

  /** Keeps a copy. */
  public RqWorker {
    queues = List.copyOf(queues);
  }

  /** A worker whose record could not be read. */
  public static RqWorker unreadable(String name) {
    return new RqWorker(
        name,
        Optional.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        List.of(),
        WorkerState.UNKNOWN,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  /** Whether it holds a job, by its state or by a busy stretch in progress. */
  public boolean isBusy() {
    return state == WorkerState.BUSY || busy.flatMap(BusyReading::since).isPresent();
  }

  /** Whether it waits for a job. */
  public boolean isIdle() {
    return state == WorkerState.IDLE && !isBusy() && !dead;
  }
}
