/** Numbers as people read them. Pure. */
@NullMarked
package io.rqorchestrator.text;

import org.jspecify.annotations.NullMarked;
