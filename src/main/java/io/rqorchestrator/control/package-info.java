/**
 * Values that leave and enter the daemon: the status and the history, which the supervisor writes
 * and sockets, metrics and screens read; and the commands of operators. Pure.
 */
@NullMarked
package io.rqorchestrator.control;

import org.jspecify.annotations.NullMarked;
