/** Shows a pool on a terminal: turns status and history into lines of text. Pure. */
@NullMarked
package io.rqorchestrator.terminal;

import org.jspecify.annotations.NullMarked;
