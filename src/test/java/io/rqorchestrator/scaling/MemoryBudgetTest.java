package io.rqorchestrator.scaling;

import static io.rqorchestrator.scaling.Given.MB;
import static io.rqorchestrator.scaling.Given.active;
import static io.rqorchestrator.scaling.Reason.Code.BUDGET_TOO_SMALL;
import static io.rqorchestrator.scaling.Reason.Code.MEMORY_BUDGET;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.scaling.Limit.Moved;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {

  private final Limit budget = new MemoryBudget(512 * MB);

  @Test
  void growsAsFarAsTheNextWorkersFit() {
    assertThat(budget.limit(7, active(4).memory(300, 70, 0).input())).isEmpty();
    assertThat(budget.limit(8, active(4).memory(300, 70, 0).input()))
        .contains(
            new Moved(
                7,
                MEMORY_BUDGET,
                "memory budget 512 MB leaves room for 3 (pool 300 MB, next worker 70 MB)"));
  }

  @Test
  void refusesTheWorkerThatDoesNotFit() {
    assertThat(budget.limit(5, active(4).memory(450, 63, 0).input()).orElseThrow().size())
        .isEqualTo(4);
    assertThat(budget.limit(5, active(4).memory(450, 62, 0).input())).isEmpty();
  }

  @Test
  void neverStandsInTheWayOfASmallerPool() {
    assertThat(budget.limit(1, active(4).busy(4).memory(100, 50, 0).input())).isEmpty();
    assertThat(budget.limit(1, active(4).busy(4).memory(900, 50, 0).input())).isEmpty();
    assertThat(budget.limit(3, active(4).memory(900, 50, 0).input()).map(Moved::size))
        .as("or even a little larger than the budget wants")
        .contains(1);
  }

  @Test
  void overBudgetIdleWorkersGoAsManyAsItTakes() {
    assertThat(budget.limit(6, active(6).busy(1).memory(572, 50, 0).input()))
        .contains(new Moved(4, MEMORY_BUDGET, "memory budget 512 MB exceeded by 60 MB"));
  }

  @Test
  void overBudgetTheIdleOnesThatAWaitingJobNeedsStay() {
    assertThat(budget.limit(6, active(6).busy(3).queued(2).memory(900, 50, 0).input()))
        .hasValueSatisfying(moved -> assertThat(moved.size()).isEqualTo(5));
    assertThat(budget.limit(6, active(6).busy(3).queued(7).memory(900, 50, 0).input())).isEmpty();
  }

  @Test
  void overBudgetMinStays() {
    assertThat(budget.limit(3, active(3).within(3, 9).memory(900, 50, 0).input()))
        .contains(
            new Moved(
                3, BUDGET_TOO_SMALL, "memory budget 512 MB is less than 3 workers take: 900 MB"));
    assertThat(budget.limit(4, active(4).within(3, 9).memory(2000, 50, 0).input()))
        .hasValueSatisfying(moved -> assertThat(moved.size()).isEqualTo(3));
  }

  /** Without one no job would ever be done, however little the budget leaves. */
  @Test
  void theFirstWorkerStartsWhateverItTakes() {
    assertThat(budget.limit(4, active(0).within(0, 9).queued(4).memory(500, 50, 0).input()))
        .contains(
            new Moved(
                1,
                BUDGET_TOO_SMALL,
                "memory budget 512 MB is less than one worker needs"
                    + " (pool 500 MB, next worker 50 MB)"));
    assertThat(budget.limit(1, active(0).within(0, 9).queued(4).memory(600, 50, 0).input()))
        .hasValueSatisfying(moved -> assertThat(moved.size()).isEqualTo(1));
    assertThat(
            budget.limit(
                1, active(0).draining(1).within(0, 9).queued(4).memory(600, 50, 0).input()))
        .as("while another one drains")
        .hasValueSatisfying(moved -> assertThat(moved.size()).isZero());
  }

  @Test
  void theLastWorkerStaysWhileThereIsWork() {
    assertThat(budget.limit(3, active(1).busy(1).within(0, 9).memory(600, 50, 0).input()))
        .contains(
            new Moved(
                1, BUDGET_TOO_SMALL, "memory budget 512 MB is less than 1 worker takes: 600 MB"));
    assertThat(budget.limit(3, active(1).queued(2).within(0, 9).memory(600, 50, 0).input()))
        .hasValueSatisfying(moved -> assertThat(moved.size()).isEqualTo(1));
    assertThat(budget.limit(1, active(1).within(0, 9).memory(600, 50, 0).input()))
        .hasValueSatisfying(moved -> assertThat(moved.size()).isZero());
  }

  /** Their memory is freed as it is; it only cannot be given to others yet. */
  @Test
  void workersThatDrainAnywayAreNoReasonToRetireOthers() {
    Given draining = active(3).draining(2).busy(1).memory(600, 50, 0).leaving(200);

    assertThat(budget.limit(3, draining.input())).isEmpty();
    assertThat(budget.limit(4, draining.input()))
        .hasValueSatisfying(moved -> assertThat(moved.size()).isEqualTo(3));
    assertThat(budget.limit(3, draining.within(3, 9).input())).isEmpty();
  }

  /** A guess let a first burst start as many as fitted by it. */
  @Test
  void unweighedWorkersComeOneAtATime() {
    assertThat(
            budget.limit(9, active(0).within(0, 9).queued(9).memory(60, 30, 0).unweighed().input()))
        .hasValueSatisfying(moved -> assertThat(moved.size()).isEqualTo(1));
    assertThat(budget.limit(9, active(1).queued(9).memory(90, 30, 0).unweighed().input()))
        .contains(
            new Moved(
                1,
                MEMORY_BUDGET,
                "memory budget 512 MB leaves room for 0"
                    + " (pool 90 MB, next worker 30 MB by guess, none is weighed yet)"));
  }

  @Test
  void overBudgetThePoolDoesNotGrow() {
    assertThat(budget.limit(9, active(3).busy(3).queued(8).memory(900, 50, 0).input()))
        .hasValueSatisfying(moved -> assertThat(moved.size()).isEqualTo(3));
  }
}
