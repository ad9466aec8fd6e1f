package io.rqorchestrator.control;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What one sample showed, for a curve over time.
 *
 * @param at when it was taken
 * @param active active workers
 * @param live active and draining workers
 * @param busy workers at a job
 * @param load mean number of busy workers in the window, in erlang
 * @param utilization load / active
 * @param queued jobs waiting in all queues
 * @param oldestWait of the job that has waited longest; empty if none waits
 */
public record TrendPoint(
    Instant at,
    int active,
    int live,
    int busy,
    double load,
    double utilization,
    long queued,
    Optional<Duration> oldestWait) {}
