/**
 * Time: a {@link io.rqorchestrator.time.Tick} is one reading of both clocks, and {@link
 * io.rqorchestrator.time.SystemTicks} alone reads them.
 */
@NullMarked
package io.rqorchestrator.time;

import org.jspecify.annotations.NullMarked;
