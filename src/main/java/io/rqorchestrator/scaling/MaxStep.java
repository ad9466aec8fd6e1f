package io.rqorchestrator.scaling;

import java.util.Optional;

/** Lets the pool grow by no more than so many workers at once. */
final class MaxStep implements Limit {

  private final int most;

  /**
   * @param most workers more at once, 1 or more
   */
  MaxStep(int most) {
    this.most = most;
  }

  @Override
  public Optional<Moved> limit(int size, ScalingInput input) {
    return size - input.active() > most
        ? Optional.of(
            new Moved(
                input.active() + most,
                Reason.Code.AT_MAX_STEP,
                "at most " + most + " more at once"))
        : Optional.empty();
  }
}
