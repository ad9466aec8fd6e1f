/**
 * Runs the real supervisor in virtual time against a simulated RQ, to compute in seconds what a
 * pool would do with a workload. Deterministic: the same pool and workload give the same outcome.
 */
@NullMarked
package io.rqorchestrator.simulation;

import org.jspecify.annotations.NullMarked;
