/** Settings as validated records: name, value and rule of whatever is wrong. Pure. */
@NullMarked
package io.rqorchestrator.config;

import org.jspecify.annotations.NullMarked;
