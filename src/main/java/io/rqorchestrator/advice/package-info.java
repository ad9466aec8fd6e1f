/** Simulates pools with different settings on the same workloads, and finds the best of them. */
@NullMarked
package io.rqorchestrator.advice;

import org.jspecify.annotations.NullMarked;
