/**
 * A pool over HTTP, read-only: metrics, health, the status and the history as JSON, and a page that
 * shows them live. It reads what the supervisor publishes; neither waits for the other.
 */
@NullMarked
package io.rqorchestrator.web;

import org.jspecify.annotations.NullMarked;
