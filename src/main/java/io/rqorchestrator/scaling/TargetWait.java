package io.rqorchestrator.scaling;

import java.time.Duration;

/**
 * The settings of a target wait.
 *
 * @param target how long a job may wait, more than 0
 * @param shrinkHold how long a wanted size is kept before the pool shrinks, 0 or more
 * @param longJob a worker that has run its job for longer than this counts as no capacity for other
 *     jobs
 */
public record TargetWait(Duration target, Duration shrinkHold, Duration longJob) {}
