/**
 * What outsiders see of a pool and what they may ask of it, as values: the status, the history, the
 * commands. The supervisor writes them; sockets, metrics and screens read them. Pure.
 */
@NullMarked
package io.rqorchestrator.control;

import org.jspecify.annotations.NullMarked;
