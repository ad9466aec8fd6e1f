/** The control socket, a Unix domain socket per pool: server and client. */
@NullMarked
package io.rqorchestrator.socket;

import org.jspecify.annotations.NullMarked;
