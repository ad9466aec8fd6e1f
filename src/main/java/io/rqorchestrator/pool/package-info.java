/**
 * The pool as immutable data, the planner that brings the pool to its target, and the ports to the
 * processes. No side effects.
 */
@NullMarked
package io.rqorchestrator.pool;

import org.jspecify.annotations.NullMarked;
