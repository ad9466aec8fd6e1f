package io.rqorchestrator.simulation;

import io.rqorchestrator.time.Seconds;
import java.time.Duration;
import java.util.List;

/**
 * What came of a simulation.
 *
 * @param waits of all jobs
 * @param waitsByQueue of the jobs of each queue, in priority order
 * @param waited each job's wait, in the order of arrivals within each queue; none in short
 * @param killed jobs that were killed with their worker; a pool that does not stop kills none
 * @param length of the simulation: the workload's span, or until its last job was done
 * @param workerSeconds seconds that worker processes lived: what is paid for
 * @param busySeconds seconds that they had a job
 * @param peakWorkers most processes at a time
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
   * @param seconds from enqueued to started
   */
  public record Waited(double arrival, double seconds) {}

  /** The same without each job's wait, which is most of what an outcome takes of memory. */
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

  /** Share of its life in which a worker had a job: 0 to 1. */
  public double efficiency() {
    return workerSeconds == 0 ? 0 : busySeconds / workerSeconds;
  }
}
