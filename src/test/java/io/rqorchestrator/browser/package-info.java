/** A real browser for tests. */
package io.rqorchestrator.browser;
