package io.rqorchestrator.rq;

import java.util.List;
import java.util.Map;

/**
 * One look at the jobs that are queued and not in their queues, and at who may hold them. The jobs
 * were read first, and the workers after them.
 *
 * @param jobs the jobs that were found, or those of the known ones that still are so
 * @param workers the workers that are registered on one of the pool's queues, by name
 * @param whole whether these are all; there may be more than can be read
 * @param problem why not all jobs were looked at, for the user; empty if they were
 */
public record HandedLook(
    List<HandedJob> jobs, Map<String, Sign> workers, boolean whole, String problem) {

  /** Keeps copies. */
  public HandedLook {
    jobs = List.copyOf(jobs);
    workers = Map.copyOf(workers);
  }

  /**
   * What a worker says of itself.
   *
   * @param heartbeat {@code last_heartbeat} as text; only ever compared with another reading
   * @param busy whether RQ's own state of it is {@code busy}
   * @param job the job that it names as its own; empty if it names none
   */
  public record Sign(String heartbeat, boolean busy, String job) {}
}
