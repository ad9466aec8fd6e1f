package io.rqorchestrator.rq;

import java.time.Instant;

/**
 * The job that a worker held when it died, as RQ's bookkeeping shows it.
 *
 * @param id RQ's id of the job
 * @param countedUntil until when RQ counts the job as running; then RQ fails it or gives it to
 *     another worker
 */
public record OrphanJob(String id, Instant countedUntil) {}
