/** The pool's history as JSON lines: written by the daemon, and read for plots and simulations. */
@NullMarked
package io.rqorchestrator.history;

import org.jspecify.annotations.NullMarked;
