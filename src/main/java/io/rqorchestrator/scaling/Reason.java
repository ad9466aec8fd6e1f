package io.rqorchestrator.scaling;

import io.rqorchestrator.wire.WireName;

/**
 * Why a decision was made.
 *
 * @param code the kind of the step that decided last; stable, for history and metrics
 * @param text all steps that led to the decision, with their numbers, for people
 */
public record Reason(@WireName("code") Code code, @WireName("text") String text) {

  /** The kinds of reason. */
  public enum Code {
    /** Utilization lies above the threshold. */
    @WireName("above_threshold")
    ABOVE_THRESHOLD,
    /** Utilization lies below half the threshold. */
    @WireName("below_half_threshold")
    BELOW_HALF_THRESHOLD,
    /** Utilization lies in the dead band between the two. */
    @WireName("within_band")
    WITHIN_BAND,
    /** This number of workers keeps waits below the target at the measured load. */
    @WireName("staffing")
    STAFFING,
    /** The waiting jobs could not start within the target wait. */
    @WireName("backlog")
    BACKLOG,
    /** The pool does not shrink below the number of busy workers. */
    @WireName("busy")
    BUSY,
    /** More workers were wanted within the shrink hold. */
    @WireName("shrink_hold")
    SHRINK_HOLD,
    /** The policy asks for more at once than {@code --max-step}. */
    @WireName("at_max_step")
    AT_MAX_STEP,
    /** The policy asks for more than {@code --max-workers}. */
    @WireName("at_max")
    AT_MAX,
    /** The policy asks for less than {@code --min-workers}. */
    @WireName("at_min")
    AT_MIN,
    /** The next worker does not fit into {@code --memory-budget}. */
    @WireName("memory_budget")
    MEMORY_BUDGET,
    /** Even the fewest workers take more than {@code --memory-budget}. */
    @WireName("budget_too_small")
    BUDGET_TOO_SMALL,
    /** The next worker would leave the host less than {@code --min-free-memory}. */
    @WireName("free_memory")
    FREE_MEMORY,
    /** There is no worker and a job waits. */
    @WireName("job_waits")
    JOB_WAITS,
    /** There is no worker and no job. */
    @WireName("nothing_to_do")
    NOTHING_TO_DO,
    /** The last worker stays until a whole window has passed without work. */
    @WireName("last_worker")
    LAST_WORKER,
    /** Workers fail to start or end early; starting more would not help. */
    @WireName("backing_off")
    BACKING_OFF,
    /** Workers are being replaced. */
    @WireName("replacing")
    REPLACING,
    /** There is no recent sample to decide on. */
    @WireName("no_data")
    NO_DATA,
    /** {@code rq suspend} is in force. */
    @WireName("suspended")
    SUSPENDED,
    /** An operator holds the pool at a size. */
    @WireName("held")
    HELD,
    /** An operator paused the scaling. */
    @WireName("paused")
    PAUSED
  }
}
