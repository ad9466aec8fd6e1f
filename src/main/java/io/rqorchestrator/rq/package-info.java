/**
 * RQ as seen from outside: immutable readings of its bookkeeping, and the ports to request them.
 * Pure.
 */
@NullMarked
package io.rqorchestrator.rq;

import org.jspecify.annotations.NullMarked;
