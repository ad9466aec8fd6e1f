package io.rqorchestrator.control;

import io.rqorchestrator.event.Ending;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.wire.WireName;
import java.util.List;

/**
 * Counts of what has happened since the daemon began. No number ever falls.
 *
 * @param starts workers spawned
 * @param failedStarts failed starts: the process could not be spawned, or the worker did not
 *     register in time
 * @param adopted workers taken over from an earlier daemon
 * @param exits ends of workers, by kind
 * @param orphansKilled horses of dead workers that were killed before their job would run twice
 * @param internalErrors turns of the main loop that failed
 * @param decisions decisions by kind and reason
 */
public record Counters(
    @WireName("starts") long starts,
    @WireName("failed_starts") long failedStarts,
    @WireName("adopted") long adopted,
    @WireName("exits") List<ExitCount> exits,
    @WireName("orphans_killed") long orphansKilled,
    @WireName("internal_errors") long internalErrors,
    @WireName("decisions") List<DecisionCount> decisions) {

  /** Keeps copies. */
  public Counters {
    exits = List.copyOf(exits);
    decisions = List.copyOf(decisions);
  }

  /** Ends of workers of one kind. */
  public record ExitCount(@WireName("ending") Ending ending, @WireName("count") long count) {}

  /** The effect of a decision on the size. */
  public enum DecisionKind {
    /** More workers. */
    @WireName("grow")
    GROW,
    /** Fewer workers. */
    @WireName("shrink")
    SHRINK,
    /** As many as before. */
    @WireName("hold")
    HOLD
  }

  /** Decisions of one kind for one kind of reason. */
  public record DecisionCount(
      @WireName("kind") DecisionKind kind,
      @WireName("reason") Reason.Code reason,
      @WireName("count") long count) {}
}
