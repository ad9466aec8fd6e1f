package io.rqorchestrator.scaling;

import java.util.Optional;

/** Limits how many workers one decision may add. */
final class MaxStep implements Limit {

  private final int most;

  /**
   * @param most most workers that one decision may add, 1 or more
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
