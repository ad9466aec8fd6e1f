package io.rqorchestrator.scaling;

import static io.rqorchestrator.scaling.Given.active;
import static io.rqorchestrator.scaling.Reason.Code.AT_MAX;
import static io.rqorchestrator.scaling.Reason.Code.AT_MAX_STEP;
import static io.rqorchestrator.scaling.Reason.Code.BACKLOG;
import static io.rqorchestrator.scaling.Reason.Code.SUSPENDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.scaling.Limit.Moved;
import io.rqorchestrator.scaling.ScalingDecision.Grow;
import io.rqorchestrator.scaling.ScalingDecision.Hold;
import io.rqorchestrator.scaling.ScalingDecision.Shrink;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LimitedPolicyTest {

  private static final Limit TO_FIVE =
      (size, input) ->
          size > 5 ? Optional.of(new Moved(5, AT_MAX_STEP, "at most 5")) : Optional.empty();
  private static final Limit TO_FOUR =
      (size, input) -> size > 4 ? Optional.of(new Moved(4, AT_MAX, "at max 4")) : Optional.empty();

  @Test
  void withoutALimitInTheWayThePolicyBinds() {
    assertThat(wanting(3, TO_FIVE, TO_FOUR).decide(active(2).input()))
        .isEqualTo(new Grow(2, 3, new Reason(BACKLOG, "backlog 9 (load 1)")));
  }

  @Test
  void theLastLimitThatMovedTheSizeBinds() {
    assertThat(wanting(9, TO_FIVE, TO_FOUR).decide(active(2).input()))
        .isEqualTo(
            new Grow(
                2, 4, 9, new Reason(AT_MAX, "wants 9 (backlog 9, load 1), at most 5, at max 4")));
  }

  @Test
  void aLimitThatDidNotMoveTheSizeIsNotMentioned() {
    assertThat(wanting(9, TO_FOUR, TO_FIVE).decide(active(2).input()).reason().text())
        .isEqualTo("wants 9 (backlog 9, load 1), at max 4");
  }

  @Test
  void aHoldNamesWhatKeepsItFromWhatIsWanted() {
    assertThat(wanting(5, TO_FOUR).decide(active(4).input()))
        .isEqualTo(new Hold(4, 5, new Reason(AT_MAX, "wants 5 (backlog 9, load 1), at max 4")));
  }

  @Test
  void shrinks() {
    assertThat(wanting(1).decide(active(4).input()))
        .isEqualTo(new Shrink(4, 1, new Reason(BACKLOG, "backlog 9 (load 1)")));
  }

  @Test
  void holdsForTheReasonThatIsGiven() {
    Reason why = new Reason(SUSPENDED, "rq suspend is in force");

    assertThat(wanting(9).decide(active(3).holdReason(why).input())).isEqualTo(new Hold(3, why));
  }

  @Test
  void asksNobodyWhileThereIsAReasonToHold() {
    Policy never =
        in -> {
          throw new AssertionError("asked while there is a reason to hold");
        };
    Reason why = new Reason(Reason.Code.NO_DATA, "away");

    assertThat(
            new LimitedPolicy(never, List.of(), false)
                .decide(active(3).holdReason(why).input())
                .to())
        .isEqualTo(3);
  }

  private static ScalingPolicy wanting(int size, Limit... limits) {
    Policy policy = in -> new Want(size, BACKLOG, "backlog 9", "load 1");
    return new LimitedPolicy(policy, List.of(limits), false);
  }
}
