package io.rqorchestrator.scaling;

import static io.rqorchestrator.scaling.Reason.Code.BUDGET_TOO_SMALL;
import static io.rqorchestrator.scaling.Reason.Code.MEMORY_BUDGET;

import java.util.Optional;

/**
 * Lets the pool grow only as far as the next workers fit into its memory budget, and retires idle
 * workers while it takes more than that. Never stands in the way of a smaller pool.
 */
final class MemoryBudget implements Limit {

  private final long budget;

  /**
   * @param budget bytes, more than 0
   */
  MemoryBudget(long budget) {
    this.budget = budget;
  }

  @Override
  public Optional<Moved> limit(int size, ScalingInput input) {
    long over = input.memory().pool() - budget;
    return over > 0 ? retreat(size, over, input) : growth(size, input);
  }

  private Optional<Moved> growth(int size, ScalingInput input) {
    MemoryUse memory = input.memory();
    int room = memory.fitting(budget - memory.pool());
    if (size - input.active() <= room) {
      return Optional.empty();
    }
    String text =
        "memory budget %s leaves room for %d (pool %s, next worker %s)"
            .formatted(
                MemoryUse.text(budget),
                room,
                MemoryUse.text(memory.pool()),
                MemoryUse.text(memory.nextWorker()));
    return Optional.of(new Moved(input.active() + room, MEMORY_BUDGET, text));
  }

  /** As many go as are idle, not wanted for a waiting job, and above min; no more than it takes. */
  private Optional<Moved> retreat(int size, long over, ScalingInput input) {
    int active = input.active();
    String budgetText = "memory budget " + MemoryUse.text(budget);
    if (active <= input.min()) {
      return Optional.of(
          new Moved(
              Math.min(size, active),
              BUDGET_TOO_SMALL,
              "%s is less than %s: %s"
                  .formatted(
                      budgetText,
                      active == 0 ? "the pool takes without a worker" : active + " workers take",
                      MemoryUse.text(input.memory().pool()))));
    }
    int idle = active - input.workers().busy();
    long spare = Math.min(idle - input.demand().queued(), active - input.min());
    long enough = over / input.memory().nextWorker() + 1;
    int kept = active - (int) Math.max(0, Math.min(spare, enough));
    return size <= kept
        ? Optional.empty()
        : Optional.of(
            new Moved(
                kept,
                MEMORY_BUDGET,
                "%s exceeded by %s".formatted(budgetText, MemoryUse.text(over))));
  }
}
