package io.rqorchestrator.scaling;

import static io.rqorchestrator.scaling.Given.active;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.scaling.Limit.Moved;
import org.junit.jupiter.api.Test;

class NoShrinkUnreadTest {

  private final Limit limit = new NoShrinkUnread();

  @Test
  void missingDataNeverShrinks() {
    assertThat(limit.limit(1, active(3).missing(2).input()))
        .contains(new Moved(3, Reason.Code.NO_DATA, "2 workers could not be read"));
  }

  @Test
  void missingDataDoesNotStandInTheWayOfGrowth() {
    assertThat(limit.limit(4, active(3).missing(2).input())).isEmpty();
  }

  @Test
  void shrinksOnGoodData() {
    assertThat(limit.limit(1, active(3).input())).isEmpty();
  }
}
