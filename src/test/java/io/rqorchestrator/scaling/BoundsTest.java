package io.rqorchestrator.scaling;

import static io.rqorchestrator.scaling.Given.active;
import static io.rqorchestrator.scaling.Reason.Code.AT_MAX;
import static io.rqorchestrator.scaling.Reason.Code.AT_MIN;
import static io.rqorchestrator.scaling.Reason.Code.BACKING_OFF;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.scaling.Limit.Moved;
import org.junit.jupiter.api.Test;

class BoundsTest {

  private final Limit bounds = new Bounds();

  @Test
  void growsUpToMax() {
    assertThat(bounds.limit(5, active(4).within(2, 5).input())).isEmpty();
  }

  @Test
  void holdsAtMax() {
    assertThat(bounds.limit(6, active(5).within(2, 5).input()))
        .contains(new Moved(5, AT_MAX, "at max 5"));
  }

  @Test
  void cutsALargeStepAtMax() {
    assertThat(bounds.limit(40, active(2).within(2, 5).input()))
        .contains(new Moved(5, AT_MAX, "at max 5"));
  }

  @Test
  void countsDrainingWorkersAgainstMax() {
    assertThat(bounds.limit(4, active(3).draining(2).within(2, 5).input()))
        .contains(new Moved(3, AT_MAX, "at max 5 with 2 draining"));
    assertThat(bounds.limit(9, active(2).draining(1).within(2, 5).input()))
        .contains(new Moved(4, AT_MAX, "at max 5 with 1 draining"));
  }

  @Test
  void countsPlacesInBackoffAgainstMax() {
    assertThat(bounds.limit(4, active(3).backingOff(2).within(2, 5).input()))
        .contains(new Moved(3, BACKING_OFF, "at max 5 with 2 in backoff"));
    assertThat(bounds.limit(4, active(3).draining(1).backingOff(1).within(2, 5).input()))
        .contains(new Moved(3, BACKING_OFF, "at max 5 with 1 draining, 1 in backoff"));
  }

  @Test
  void holdsAboveMax() {
    assertThat(bounds.limit(8, active(7).within(2, 5).input()))
        .contains(new Moved(7, AT_MAX, "at max 5"));
  }

  @Test
  void doesNotGrowWhileAPlaceBacksOff() {
    assertThat(bounds.limit(3, active(2).backingOff(1).within(2, 5).input()))
        .contains(new Moved(2, BACKING_OFF, "1 in backoff"));
  }

  @Test
  void growsWhileWorkersDrain() {
    assertThat(bounds.limit(3, active(2).draining(2).within(2, 5).input())).isEmpty();
  }

  @Test
  void shrinksDownToMin() {
    assertThat(bounds.limit(2, active(3).within(2, 5).input())).isEmpty();
  }

  @Test
  void cutsALargeStepAtMin() {
    assertThat(bounds.limit(0, active(5).within(2, 5).input()))
        .contains(new Moved(2, AT_MIN, "at min 2"));
  }

  @Test
  void holdsAtMin() {
    assertThat(bounds.limit(1, active(2).within(2, 5).input()))
        .contains(new Moved(2, AT_MIN, "at min 2"));
  }

  /** Growth up to min is the planner's business: these workers are on their way. */
  @Test
  void doesNotGrowBelowMin() {
    assertThat(bounds.limit(0, active(1).within(2, 5).input()))
        .contains(new Moved(1, AT_MIN, "at min 2"));
  }

  @Test
  void doesNotCountDrainingWorkersOrPlacesInBackoffForMin() {
    assertThat(bounds.limit(1, active(2).draining(3).within(2, 5).input()))
        .contains(new Moved(2, AT_MIN, "at min 2"));
    assertThat(bounds.limit(1, active(2).backingOff(1).within(2, 5).input()))
        .contains(new Moved(2, AT_MIN, "at min 2"));
  }

  @Test
  void shrinksToNothingWhereMinIsZero() {
    assertThat(bounds.limit(0, active(1).within(0, 5).input())).isEmpty();
  }

  @Test
  void leavesAHoldAlone() {
    assertThat(bounds.limit(7, active(7).within(2, 5).input())).isEmpty();
  }
}
