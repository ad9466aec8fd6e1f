/** Edge: the command line, and the composition root that wires a pool together. */
@NullMarked
package io.rqorchestrator.cli;

import org.jspecify.annotations.NullMarked;
