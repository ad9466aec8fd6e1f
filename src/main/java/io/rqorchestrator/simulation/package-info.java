/**
 * The real supervisor in virtual time, against a simulated RQ: what a pool would do with a
 * workload, computed in seconds. Deterministic: the same pool and workload give the same outcome.
 */
@NullMarked
package io.rqorchestrator.simulation;

import org.jspecify.annotations.NullMarked;
