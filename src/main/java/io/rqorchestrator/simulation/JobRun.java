package io.rqorchestrator.simulation;

/**
 * A job in the simulation.
 *
 * @param queue index of its queue
 * @param index its place among the jobs of that queue
 * @param arrival nanoseconds since the beginning
 * @param length nanoseconds
 */
record JobRun(int queue, int index, long arrival, long length) {}
