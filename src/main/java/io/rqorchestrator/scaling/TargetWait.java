package io.rqorchestrator.scaling;

import java.time.Duration;

/**
 * A wait to aim at.
 *
 * @param target how long a job may wait, more than 0
 * @param shrinkHold how long a size that was wanted is kept before the pool shrinks, 0 or more
 * @param longJob a job in hand for longer than this holds its worker: no capacity for others
 */
public record TargetWait(Duration target, Duration shrinkHold, Duration longJob) {}
