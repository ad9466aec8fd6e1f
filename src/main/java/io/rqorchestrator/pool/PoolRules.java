package io.rqorchestrator.pool;

import java.time.Duration;
import java.util.Optional;

/**
 * What the planner keeps to.
 *
 * @param min number of core workers, 0 or more
 * @param max most live workers
 * @param startTimeout how long a worker may take to register
 * @param drainTimeout how long a draining worker may take for its job; empty: as long as it needs
 */
public record PoolRules(int min, int max, Duration startTimeout, Optional<Duration> drainTimeout) {}
