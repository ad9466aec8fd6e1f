/**
 * The pool as data and rules: workers, their phases, and the plan that brings the pool to its
 * target. Pure.
 */
@NullMarked
package io.rqorchestrator.pool;

import org.jspecify.annotations.NullMarked;
