/**
 * Time as the program sees it: one {@link io.rqorchestrator.time.Tick} carries both clocks, and one
 * class reads them.
 */
@NullMarked
package io.rqorchestrator.time;

import org.jspecify.annotations.NullMarked;
