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
    assertThat(budget.limit(1, active(0).within(0, 9).queued(4).memory(600, 50, 0).input()))
        .contains(
            new Moved(
                0,
                BUDGET_TOO_SMALL,
                "memory budget 512 MB is less than the pool takes without a worker: 600 MB"));
    assertThat(budget.limit(4, active(4).within(3, 9).memory(2000, 50, 0).input()))
        .hasValueSatisfying(moved -> assertThat(moved.size()).isEqualTo(3));
  }

  @Test
  void overBudgetThePoolDoesNotGrow() {
    assertThat(budget.limit(9, active(3).busy(3).queued(8).memory(900, 50, 0).input()))
        .hasValueSatisfying(moved -> assertThat(moved.size()).isEqualTo(3));
  }
}
