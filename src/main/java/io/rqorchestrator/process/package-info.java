/** Edge: worker processes, signals, the runtime directory, and the Python programs we ship. */
@NullMarked
package io.rqorchestrator.process;

import org.jspecify.annotations.NullMarked;
