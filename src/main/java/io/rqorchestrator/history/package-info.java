/** Edge: the pool's history as JSON lines, written by the daemon and read back for plots. */
@NullMarked
package io.rqorchestrator.history;

import org.jspecify.annotations.NullMarked;
