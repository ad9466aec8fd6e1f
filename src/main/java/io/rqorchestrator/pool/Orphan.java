package io.rqorchestrator.pool;

/**
 * A process of the pool whose worker is dead.
 *
 * @param pid process id
 * @param start when the process was started; distinguishes it from a later process with the same
 *     pid
 * @param kind what the process does
 * @param worker RQ's name of the dead worker, or an empty string if it is unknown
 */
public record Orphan(long pid, long start, Kind kind, String worker) {

  /** What an orphan does. */
  public enum Kind {
    /** It executes a job, which it may finish. */
    HORSE,
    /** It is RQ's scheduler, which may be ended at once. */
    SCHEDULER,
    /**
     * Unknown: a horse, a scheduler, or a process that a job has started. It is never signalled.
     */
    UNKNOWN
  }

  /** Whether the orphan is a horse. */
  public boolean horse() {
    return kind == Kind.HORSE;
  }
}
