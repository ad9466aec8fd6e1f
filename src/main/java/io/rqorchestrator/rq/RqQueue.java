package io.rqorchestrator.rq;

import java.time.Instant;
import java.util.Optional;

/**
 * An RQ queue at one moment.
 *
 * @param name the queue's name
 * @param queued length of its list, 0 or more; may include ids of expired jobs
 * @param oldestEnqueuedAt the oldest enqueue time among the first jobs of the list, on the
 *     enqueuer's wall clock
 * @param due scheduled jobs that are due but that no scheduler has moved into the queue yet
 */
public record RqQueue(String name, long queued, Optional<Instant> oldestEnqueuedAt, long due) {}
