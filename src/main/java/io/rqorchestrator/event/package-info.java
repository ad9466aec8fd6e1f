/**
 * What happened, as values: every change has numbers and a reason, and reads the same in log,
 * history and status. Pure.
 */
@NullMarked
package io.rqorchestrator.event;

import org.jspecify.annotations.NullMarked;
