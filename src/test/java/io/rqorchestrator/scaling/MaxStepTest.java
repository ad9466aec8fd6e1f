package io.rqorchestrator.scaling;

import static io.rqorchestrator.scaling.Given.active;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.scaling.Limit.Moved;
import org.junit.jupiter.api.Test;

class MaxStepTest {

  private final Limit limit = new MaxStep(2);

  @Test
  void growsByNoMoreThanTheStep() {
    assertThat(limit.limit(5, active(3).input())).isEmpty();
    assertThat(limit.limit(6, active(3).input()))
        .contains(new Moved(5, Reason.Code.AT_MAX_STEP, "at most 2 more at once"));
  }

  @Test
  void shrinksByAnyStep() {
    assertThat(limit.limit(1, active(9).input())).isEmpty();
  }
}
