package io.rqorchestrator.scaling;

import java.util.List;
import java.util.Optional;

/**
 * Asks the policy for a size, applies each limit in turn, and makes the result a decision. The
 * reason's text lists every step that changed the size; the reason's code is that of the last such
 * step.
 */
final class LimitedPolicy implements ScalingPolicy {

  private final Policy policy;
  private final List<Limit> limits;
  private final boolean atSamples;

  /**
   * @param limits bounds first, guards last
   * @param atSamples whether a decision is due at every sample
   */
  LimitedPolicy(Policy policy, List<Limit> limits, boolean atSamples) {
    this.policy = policy;
    this.limits = List.copyOf(limits);
    this.atSamples = atSamples;
  }

  @Override
  public boolean decidesAtSamples() {
    return atSamples;
  }

  @Override
  public boolean watchesMemory() {
    return limits.stream()
        .anyMatch(limit -> limit instanceof MemoryBudget || limit instanceof FreeMemory);
  }

  @Override
  public Optional<String> memoryShortage(MemoryUse memory) {
    return limits.stream().flatMap(limit -> limit.memoryShortage(memory).stream()).findFirst();
  }

  @Override
  public ScalingDecision decide(ScalingInput input) {
    if (input.holdReason().isPresent()) {
      return new ScalingDecision.Hold(input.active(), input.holdReason().get());
    }
    Want want = policy.want(input);
    int size = want.size();
    Reason reason = new Reason(want.code(), want.what() + " (" + want.numbers() + ")");
    String way = "wants " + size + " (" + want.what() + ", " + want.numbers() + ")";
    for (Limit limit : limits) {
      Optional<Limit.Moved> moved = limit.limit(size, input);
      if (moved.isPresent()) {
        size = moved.get().size();
        way += ", " + moved.get().text();
        reason = new Reason(moved.get().code(), way);
      }
    }
    return ScalingDecision.of(input.active(), size, want.size(), reason);
  }
}
