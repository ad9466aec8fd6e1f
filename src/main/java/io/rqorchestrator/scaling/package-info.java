/** From load to a decision: policies, each one screen long, and the reasons they give. Pure. */
@NullMarked
package io.rqorchestrator.scaling;

import org.jspecify.annotations.NullMarked;
