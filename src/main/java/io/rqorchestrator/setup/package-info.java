/** Validated settings in the terms of the layers that they configure. */
@NullMarked
package io.rqorchestrator.setup;

import org.jspecify.annotations.NullMarked;
