package io.rqorchestrator.rq;

import java.util.List;
import java.util.Map;

/**
 * One reading of the jobs that are queued but not in their queues, and of the workers that may hold
 * them. The jobs were read before the workers.
 *
 * @param jobs the jobs that were found, or the known jobs that are still in this state
 * @param workers the workers that are registered on one of the pool's queues, by name
 * @param whole whether these are all such jobs; there may be more than can be read
 * @param problem why not all jobs could be read, for the user; empty if all were
 */
public record HandedLook(
    List<HandedJob> jobs, Map<String, Sign> workers, boolean whole, String problem) {

  /** Keeps copies. */
  public HandedLook {
    jobs = List.copyOf(jobs);
    workers = Map.copyOf(workers);
  }

  /**
   * What a worker's record shows.
   *
   * @param heartbeat {@code last_heartbeat} as text; only ever compared with another reading
   * @param busy whether RQ's state of the worker is {@code busy}
   * @param job the job that the record names; empty if it names none
   */
  public record Sign(String heartbeat, boolean busy, String job) {}
}
