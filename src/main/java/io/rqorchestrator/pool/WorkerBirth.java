package io.rqorchestrator.pool;

import io.rqorchestrator.time.Tick;

/**
 * What a worker brings into the pool and keeps.
 *
 * @param id its number
 * @param pid its process; 0 while there is none yet
 * @param role core or elastic
 * @param lossFree whether it may be signalled at any moment without losing a job: it runs in our
 *     worker host
 * @param startedAt when it was spawned or adopted
 * @param failures how often its place has failed in a row before it
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
    /** An earlier daemon spawned it; its record will be found once it writes one. */
    ADOPTED,
    /**
     * An earlier daemon spawned it, and RQ's name of it is unknown: a record may be its, or not.
     */
    ADOPTED_NAMELESS
  }

  /** The same with a process. */
  WorkerBirth withProcess(long newPid) {
    return new WorkerBirth(id, newPid, role, lossFree, startedAt, failures, origin);
  }
}
