package io.rqorchestrator.pool;

/**
 * A process of this pool that is none of its workers, and that a dead worker left behind.
 *
 * @param pid its process
 * @param start when it was started, to tell it from a later process with the same pid
 * @param kind what it is
 * @param worker RQ's name of its worker, or an empty string if that is not known
 */
public record Orphan(long pid, long start, Kind kind, String worker) {

  /** What a orphan is. */
  public enum Kind {
    /** It is at a job, which it may finish. */
    HORSE,
    /** RQ's scheduler, which may be ended at once. */
    SCHEDULER,
    /** Nobody knows: one of these, or a process that a job has left. It is not touched. */
    UNKNOWN
  }

  /** Whether it is a horse. */
  public boolean horse() {
    return kind == Kind.HORSE;
  }
}
