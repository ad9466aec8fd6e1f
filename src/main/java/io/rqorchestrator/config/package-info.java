/** Settings as validated records: name, value and rule of whatever is wrong. */
@NullMarked
package io.rqorchestrator.config;

import org.jspecify.annotations.NullMarked;
