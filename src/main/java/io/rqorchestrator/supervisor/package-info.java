/**
 * The control loop of a pool: observe, measure, decide, plan, act. Owns the pool's mutable state;
 * one thread runs all of it.
 */
@NullMarked
package io.rqorchestrator.supervisor;

import org.jspecify.annotations.NullMarked;
