package io.rqorchestrator.rq;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What is asked about jobs that dead workers may have been handed.
 *
 * @param dead RQ's names of the dead workers
 * @param since no job that was enqueued before is searched for, on the enqueuer's wall clock
 * @param known jobs that were found before, to be looked at again; if there are none, jobs are
 *     looked for
 */
public record HandedQuestion(Set<String> dead, Instant since, List<HandedJob> known) {

  /** Keeps copies. */
  public HandedQuestion {
    dead = Set.copyOf(dead);
    known = List.copyOf(known);
  }
}
