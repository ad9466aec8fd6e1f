package io.rqorchestrator.rq;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An RQ worker as its record in Redis shows it. Every field may be missing: after a Redis restart
 * with data loss a live worker's record holds little more than its heartbeat.
 *
 * @param name RQ's name of the worker, unique per life
 * @param hostname {@code socket.gethostname()} of the worker's host
 * @param pid process id on that host
 * @param birth when it registered, on its wall clock
 * @param queues names of the queues that it serves, in its order; empty if it does not say
 * @param state what it says it is doing
 * @param heartbeat {@code last_heartbeat} as text; only ever compared with an earlier reading
 * @param currentJob id of the job in hand, where RQ still writes it there
 * @param busy its busy time so far; empty if nothing was readable
 * @param jobs jobs it has ended, whatever their outcome
 * @param samples its jobs as its host measured them; empty if no host is there
 * @param guarded whether our worker host runs it with a loss-free stop; empty if no host is there
 * @param token what the daemon that started it gave to it alone; empty if its host publishes none
 * @param pool name of the pool of ours that it belongs to; empty if its host publishes none
 * @param dead whether it has written its death
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

  /** A worker of which nothing could be read. */
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

  /** Whether it holds a job, by its own word or by a stretch in progress. */
  public boolean isBusy() {
    return state == WorkerState.BUSY || busy.flatMap(BusyReading::since).isPresent();
  }

  /** Whether it waits for a job. */
  public boolean isIdle() {
    return state == WorkerState.IDLE && !isBusy() && !dead;
  }
}
