package io.rqorchestrator.scaling;

/**
 * Why a decision was made: what bound it in the end.
 *
 * @param code the kind of reason, stable, for history and metrics
 * @param text the whole way to the decision with its numbers, for people
 */
public record Reason(Code code, String text) {

  /** The kinds of reason. */
  public enum Code {
    /** Utilization lies above the threshold. */
    ABOVE_THRESHOLD,
    /** Utilization lies below half the threshold. */
    BELOW_HALF_THRESHOLD,
    /** Utilization lies in the dead band between the two. */
    WITHIN_BAND,
    /** So many workers keep the waits below the target at the measured load. */
    STAFFING,
    /** The waiting jobs could not be begun within the target. */
    BACKLOG,
    /** So many workers are busy. */
    BUSY,
    /** More workers were wanted a moment ago. */
    SHRINK_HOLD,
    /** The policy asks for more at once than {@code --max-step}. */
    AT_MAX_STEP,
    /** The policy asks for more than {@code --max-workers}. */
    AT_MAX,
    /** The policy asks for less than {@code --min-workers}. */
    AT_MIN,
    /** The next worker does not fit into {@code --memory-budget}. */
    MEMORY_BUDGET,
    /** Even the fewest workers take more than {@code --memory-budget}. */
    BUDGET_TOO_SMALL,
    /** The next worker would leave the host less than {@code --min-free-memory}. */
    FREE_MEMORY,
    /** No worker is there and a job waits. */
    JOB_WAITS,
    /** No worker is there and none is needed. */
    NOTHING_TO_DO,
    /** The last worker stays until a whole window passed without work. */
    LAST_WORKER,
    /** Workers fail to start or to live; more of them would not help. */
    BACKING_OFF,
    /** Workers are being replaced. */
    REPLACING,
    /** There is no recent sample to decide on. */
    NO_DATA,
    /** {@code rq suspend} is in force. */
    SUSPENDED,
    /** An operator holds the pool at a size. */
    HELD,
    /** An operator paused the scaling. */
    PAUSED
  }
}
