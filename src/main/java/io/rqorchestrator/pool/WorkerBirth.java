package io.rqorchestrator.pool;

import io.rqorchestrator.time.Tick;

/**
 * The properties of a worker that do not change after it has its process.
 *
 * @param id the worker's number
 * @param pid process id; 0 while there is no process yet
 * @param role core or elastic
 * @param lossFree whether SIGTERM loses no job at any moment, because our worker host runs it
 * @param startedAt when it was spawned or adopted
 * @param failures number of failures in a row at its place before it
 * @param origin how it came into the pool
 */
public record WorkerBirth(
    WorkerId id,
    long pid,
    Role role,
    boolean lossFree,
    Tick startedAt,
    int failures,
    Origin origin) {

  /** How a worker came into the pool. */
  public enum Origin {
    /** This daemon spawned it. */
    SPAWNED,
    /** An earlier daemon spawned it, and RQ's name of it is known, so its record will be found. */
    ADOPTED,
    /**
     * An earlier daemon spawned it, and RQ's name of it is unknown, so its record may not be found.
     */
    ADOPTED_NAMELESS
  }

  /** These properties with a process. */
  WorkerBirth withProcess(long newPid) {
    return new WorkerBirth(id, newPid, role, lossFree, startedAt, failures, origin);
  }
}
