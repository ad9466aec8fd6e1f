package io.rqorchestrator.cli;

import io.rqorchestrator.config.MemorySettings;
import io.rqorchestrator.config.ScalingSettings;
import io.rqorchestrator.simulation.PoolWeight;
import io.rqorchestrator.text.SizeText;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a memory budget has room for, by what the workers weigh that are simulated.
 *
 * @param memory with the budget, if there is one
 * @param weight what a pool takes; empty if that is not known
 */
record MemoryFit(MemorySettings memory, Optional<PoolWeight> weight) {

  static MemoryFit of(ScalingSettings settings, Workloads jobs) {
    return new MemoryFit(settings.memory(), jobs.weight());
  }

  /** Whether a pool may be told to keep so many workers, and they fit. */
  boolean holds(int workers) {
    return memory.allows(workers) && !isExceededBy(workers);
  }

  /** Whether so many workers and their daemon take more than the budget. */
  boolean isExceededBy(int workers) {
    return memory.budget().isPresent()
        && weight.isPresent()
        && weight.get().of(workers) > memory.budget().getAsLong();
  }

  /** The most workers that fit, {@code max} at most; 0 if not even one does. */
  int most(int max) {
    return IntStream.rangeClosed(1, max).filter(this::holds).max().orElse(0);
  }

  /** The budget as the user knows it: {@code --memory-budget (512MB)}. */
  String budget() {
    return "--memory-budget (" + SizeText.setting(memory.budget().orElse(0)) + ")";
  }
}
