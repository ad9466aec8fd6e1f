/** Status and history as JSON: the same form for the control socket, HTTP and the command line. */
@NullMarked
package io.rqorchestrator.json;

import org.jspecify.annotations.NullMarked;
