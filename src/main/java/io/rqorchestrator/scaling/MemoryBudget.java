package io.rqorchestrator.scaling;

import static io.rqorchestrator.scaling.Reason.Code.BUDGET_TOO_SMALL;
import static io.rqorchestrator.scaling.Reason.Code.MEMORY_BUDGET;

import io.rqorchestrator.text.SizeText;
import java.util.Optional;

/**
 * Limits growth to the workers that fit into the memory budget, and retires idle workers while the
 * pool takes more than the budget. Never prevents the pool from shrinking, and always allows one
 * worker, without which no job would ever be done.
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
    long over = input.memory().staying() - budget;
    return over > 0 && input.active() > 0 ? retreat(size, over, input) : growth(size, input);
  }

  @Override
  public Optional<String> memoryShortage(MemoryUse memory) {
    return memory.nextWorker() <= budget - memory.pool()
        ? Optional.empty()
        : Optional.of(
            "%s leaves no room for more (pool %s, %s)"
                .formatted(text(), SizeText.of(memory.pool()), memory.nextWorkerText()));
  }

  private Optional<Moved> growth(int size, ScalingInput input) {
    MemoryUse memory = input.memory();
    int live = input.workers().live();
    int room = memory.fitting(budget - memory.pool(), live);
    if (size - input.active() <= room) {
      return Optional.empty();
    }
    String numbers =
        " (pool %s, %s)".formatted(SizeText.of(memory.pool()), memory.nextWorkerText());
    if (live == 0 && room == 0) {
      return Optional.of(
          new Moved(1, BUDGET_TOO_SMALL, text() + " is less than one worker needs" + numbers));
    }
    String text = text() + " leaves room for " + room + numbers;
    return Optional.of(new Moved(input.active() + room, MEMORY_BUDGET, text));
  }

  /**
   * Retires {@code min(idle - queued, active - min, enough)} workers, where {@code enough} brings
   * the pool back into its budget.
   */
  private Optional<Moved> retreat(int size, long over, ScalingInput input) {
    int active = input.active();
    int idle = active - input.workers().busy();
    boolean isLast = active == 1 && (idle == 0 || input.demand().queued() > 0);
    if (active <= input.min() || isLast) {
      String taken = SizeText.of(input.memory().staying());
      String takers = active == 1 ? "1 worker takes" : active + " workers take";
      return Optional.of(
          new Moved(
              Math.min(size, active),
              BUDGET_TOO_SMALL,
              "%s is less than %s: %s".formatted(text(), takers, taken)));
    }
    long spare = Math.min(idle - input.demand().queued(), active - input.min());
    long enough = over / input.memory().nextWorker() + 1;
    int kept = active - (int) Math.max(0, Math.min(spare, enough));
    return size <= kept
        ? Optional.empty()
        : Optional.of(
            new Moved(
                kept, MEMORY_BUDGET, "%s exceeded by %s".formatted(text(), SizeText.of(over))));
  }

  private String text() {
    return "memory budget " + SizeText.of(budget);
  }
}
