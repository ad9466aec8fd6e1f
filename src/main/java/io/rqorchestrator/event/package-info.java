/**
 * Everything that can happen, as values. Every change has numbers and a reason, and reads the same
 * in log, history and status. Pure.
 */
@NullMarked
package io.rqorchestrator.event;

import org.jspecify.annotations.NullMarked;
