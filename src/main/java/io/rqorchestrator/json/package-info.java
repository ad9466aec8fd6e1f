/** The one form in which status and history leave the program as JSON, whoever carries it. */
@NullMarked
package io.rqorchestrator.json;

import org.jspecify.annotations.NullMarked;
