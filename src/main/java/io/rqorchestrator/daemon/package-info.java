/** Edge: the daemon. It wires a pool together, runs it, and writes the log. */
@NullMarked
package io.rqorchestrator.daemon;

import org.jspecify.annotations.NullMarked;
