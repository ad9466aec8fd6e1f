package io.rqorchestrator.advice;

import io.rqorchestrator.config.MemorySettings;
import io.rqorchestrator.config.ScalingSettings;
import io.rqorchestrator.simulation.PoolWeight;
import io.rqorchestrator.text.SizeText;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How many simulated workers fit into the memory budget.
 *
 * @param memory has the budget, if there is one
 * @param weight the memory that a pool takes; empty if that is not known
 */
public record MemoryFit(MemorySettings memory, Optional<PoolWeight> weight) {

  /** Of pools with these settings, for these workloads. */
  public static MemoryFit of(ScalingSettings settings, Workloads workloads) {
    return new MemoryFit(settings.memory(), workloads.weight());
  }

  /** Whether a pool may have so many workers, and they fit into the budget. */
  public boolean holds(int workers) {
    return memory.allows(workers) && !isExceededBy(workers);
  }

  /** Whether so many workers and their daemon take more than the budget. */
  public boolean isExceededBy(int workers) {
    return memory.budget().isPresent()
        && weight.isPresent()
        && weight.get().of(workers) > memory.budget().getAsLong();
  }

  /** The most workers that fit, {@code max} at most; 0 if not even one does. */
  int most(int max) {
    return IntStream.rangeClosed(1, max).filter(this::holds).max().orElse(0);
  }

  /** The budget as the user gave it: {@code --memory-budget (512MB)}. */
  public String budget() {
    return "--memory-budget (" + SizeText.setting(memory.budget().orElse(0)) + ")";
  }
}
