package io.rqorchestrator.rq;

import java.time.Instant;
import java.util.Optional;

/**
 * An RQ queue at one moment.
 *
 * @param name the queue's name
 * @param queued ids in its list, 0 or more; may include ids whose job has expired
 * @param oldestEnqueuedAt the oldest enqueue time among the first jobs of the list, on the
 *     enqueuer's wall clock
 * @param due scheduled jobs whose time has come but which no scheduler has moved yet
 */
public record RqQueue(String name, long queued, Optional<Instant> oldestEnqueuedAt, long due) {}
