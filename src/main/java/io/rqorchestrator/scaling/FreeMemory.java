package io.rqorchestrator.scaling;

import io.rqorchestrator.text.SizeText;
import java.util.Optional;

/**
 * Limits growth so that the host keeps some memory free. Never prevents the pool from shrinking.
 */
final class FreeMemory implements Limit {

  private final long least;

  /**
   * @param least bytes to be left, more than 0
   */
  FreeMemory(long least) {
    this.least = least;
  }

  @Override
  public Optional<Moved> limit(int size, ScalingInput input) {
    MemoryUse memory = input.memory();
    int room = memory.fitting(memory.available() - least, input.workers().live());
    if (size - input.active() <= room) {
      return Optional.empty();
    }
    String text =
        "min free memory %s leaves room for %d (available %s, %s)"
            .formatted(
                SizeText.of(least), room, SizeText.of(memory.available()), memory.nextWorkerText());
    return Optional.of(new Moved(input.active() + room, Reason.Code.FREE_MEMORY, text));
  }

  @Override
  public Optional<String> memoryShortage(MemoryUse memory) {
    return memory.nextWorker() <= memory.available() - least
        ? Optional.empty()
        : Optional.of(
            "min free memory %s leaves no room for more (available %s, %s)"
                .formatted(
                    SizeText.of(least), SizeText.of(memory.available()), memory.nextWorkerText()));
  }
}
