/**
 * Turns load into decisions on the pool's size: policies, limits, and the reasons they give. Pure.
 */
@NullMarked
package io.rqorchestrator.scaling;

import org.jspecify.annotations.NullMarked;
