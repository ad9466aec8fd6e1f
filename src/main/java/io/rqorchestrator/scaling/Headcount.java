package io.rqorchestrator.scaling;

/**
 * The pool's workers, counted.
 *
 * @param active started or starting, and not draining; one that starts is capacity that is coming
 * @param live active ones and those still draining: what the memory holds
 * @param backingOff places whose worker failed and waits to be started again
 * @param busy active ones that hold a job
 * @param held of the busy ones, those that a single job has held for longer than {@code --long-job}
 * @param missing active ones whose busy time the newest sample could not read
 */
public record Headcount(int active, int live, int backingOff, int busy, int held, int missing) {}
