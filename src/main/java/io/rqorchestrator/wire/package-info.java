/** The words under which values leave the program: kinds of events, keys of JSON, constants. */
@NullMarked
package io.rqorchestrator.wire;

import org.jspecify.annotations.NullMarked;
