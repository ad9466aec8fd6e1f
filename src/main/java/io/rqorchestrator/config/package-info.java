/** Settings as validated records. An error has the name, the value and the rule of the setting. */
@NullMarked
package io.rqorchestrator.config;

import org.jspecify.annotations.NullMarked;
