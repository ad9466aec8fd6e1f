package io.rqorchestrator.control;

import io.rqorchestrator.wire.WireName;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The values of one sample, for curves over time.
 *
 * @param at when the sample was taken
 * @param active active workers
 * @param live active and draining workers
 * @param busy workers that run a job
 * @param load mean number of busy workers in the window, in erlang
 * @param utilization load / active
 * @param queued jobs waiting in all queues
 * @param oldestWait wait of the job that has waited longest; empty if none waits
 */
public record TrendPoint(
    @WireName("at") Instant at,
    @WireName("active") int active,
    @WireName("live") int live,
    @WireName("busy") int busy,
    @WireName("load") double load,
    @WireName("utilization") double utilization,
    @WireName("queued") long queued,
    @WireName("oldest_wait") Optional<Duration> oldestWait) {}
