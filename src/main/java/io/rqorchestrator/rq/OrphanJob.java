package io.rqorchestrator.rq;

import java.time.Instant;

/**
 * The job that a dead worker had in hand, as RQ's bookkeeping shows it.
 *
 * @param id RQ's id of it
 * @param countedUntil until when RQ counts it as running; then it fails the job, or gives it to
 *     another worker
 */
public record OrphanJob(String id, Instant countedUntil) {}
