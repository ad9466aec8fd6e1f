/**
 * RQ as we see it from outside: immutable readings of its bookkeeping, and the port through which
 * they are asked for. Pure.
 */
@NullMarked
package io.rqorchestrator.rq;

import org.jspecify.annotations.NullMarked;
