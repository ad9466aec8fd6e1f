package io.rqorchestrator.scaling;

/** A rule for the size of the pool. Pure: the same input gives the same want. */
@FunctionalInterface
interface Policy {

  /** The size it wants. */
  Want want(ScalingInput input);
}
