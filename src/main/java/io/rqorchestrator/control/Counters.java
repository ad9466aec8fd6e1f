package io.rqorchestrator.control;

import io.rqorchestrator.event.Ending;
import io.rqorchestrator.scaling.Reason;
import java.util.List;

/**
 * What has happened since the daemon began. Every number only grows.
 *
 * @param starts workers spawned
 * @param failedStarts starts that came to nothing: not spawned, or not registered in time
 * @param adopted workers taken over from an earlier daemon
 * @param exits ends of workers, by how they count
 * @param straysKilled horses of dead workers that were killed before their job would run twice
 * @param internalErrors turns of the loop that failed
 * @param decisions decisions by kind and reason
 */
public record Counters(
    long starts,
    long failedStarts,
    long adopted,
    List<ExitCount> exits,
    long straysKilled,
    long internalErrors,
    List<DecisionCount> decisions) {

  /** Keeps copies. */
  public Counters {
    exits = List.copyOf(exits);
    decisions = List.copyOf(decisions);
  }

  /** Ends of workers that count alike. */
  public record ExitCount(Ending ending, long count) {}

  /** What a decision does to the size. */
  public enum DecisionKind {
    /** More workers. */
    GROW,
    /** Fewer workers. */
    SHRINK,
    /** As many as before. */
    HOLD
  }

  /** Decisions of one kind for one kind of reason. */
  public record DecisionCount(DecisionKind kind, Reason.Code reason, long count) {}
}
