package io.rqorchestrator.pool;

/**
 * A worker that an earlier daemon of this pool left behind, alive.
 *
 * @param pid its process
 * @param rqName RQ's name of it, or an empty string if that is not known
 * @param role what it was started as
 * @param lossFree whether it runs in our worker host
 */
public record Survivor(long pid, String rqName, Role role, boolean lossFree) {}
