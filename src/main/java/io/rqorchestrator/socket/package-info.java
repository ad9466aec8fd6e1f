/** Edge: the control socket, a Unix domain socket per pool, from both of its ends. */
@NullMarked
package io.rqorchestrator.socket;

import org.jspecify.annotations.NullMarked;
