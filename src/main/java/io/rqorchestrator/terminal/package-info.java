/** The pool on a terminal: from status and history to lines of text. Pure. */
@NullMarked
package io.rqorchestrator.terminal;

import org.jspecify.annotations.NullMarked;
