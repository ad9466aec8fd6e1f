package io.rqorchestrator.pool;

/**
 * A process of this pool that is none of its workers: the horse of a dead worker, or a scheduler.
 *
 * @param pid its process
 * @param start when it was started, to tell it from a later process with the same pid
 * @param horse whether it is a horse, which may be at a job; anything else may be ended at once
 * @param worker RQ's name of its worker, or an empty string if that is not known
 */
public record Stray(long pid, long start, boolean horse, String worker) {}
