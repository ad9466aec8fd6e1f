package io.rqorchestrator.simulation;

import io.rqorchestrator.time.Seconds;
import java.time.Duration;
import java.util.List;

/**
 * The result of a simulation.
 *
 * @param waits of all jobs
 * @param waitsByQueue waits of the jobs of each queue, in priority order
 * @param waited each job's wait, in the order of arrivals within each queue; empty after {@link
 *     #inShort}
 * @param killed jobs that were killed with their worker; 0 unless the pool was stopped
 * @param length length of the simulation: the workload's span, or until the last job was done
 * @param workerSeconds sum of the lifetimes of all worker processes: the cost
 * @param busySeconds sum of the times that workers ran a job
 * @param peakWorkers most worker processes at a time
 * @param starts workers spawned
 * @param stops workers that ended
 */
public record Outcome(
    Waits waits,
    List<Waits> waitsByQueue,
    List<Waited> waited,
    int killed,
    Duration length,
    double workerSeconds,
    double busySeconds,
    int peakWorkers,
    int starts,
    int stops) {

  /** Keeps copies. */
  public Outcome {
    waitsByQueue = List.copyOf(waitsByQueue);
    waited = List.copyOf(waited);
  }

  /**
   * The wait of one job.
   *
   * @param arrival seconds from the beginning
   * @param seconds from enqueue to start
   */
  public record Waited(double arrival, double seconds) {}

  /** The same result without each job's wait, which takes most of the memory. */
  public Outcome inShort() {
    return new Outcome(
        waits,
        waitsByQueue,
        List.of(),
        killed,
        length,
        workerSeconds,
        busySeconds,
        peakWorkers,
        starts,
        stops);
  }

  /** Mean number of worker processes. */
  public double meanWorkers() {
    return length.isZero() ? 0 : workerSeconds / Seconds.of(length);
  }

  /** Hours of worker processes. */
  public double workerHours() {
    return workerSeconds / 3600;
  }

  /** Share of their lifetimes in which workers ran a job: 0 to 1. */
  public double efficiency() {
    return workerSeconds == 0 ? 0 : busySeconds / workerSeconds;
  }
}
