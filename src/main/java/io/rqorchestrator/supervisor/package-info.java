/** The only mutable state, owned by one thread: observe, measure, decide, plan, act. */
@NullMarked
package io.rqorchestrator.supervisor;

import org.jspecify.annotations.NullMarked;
