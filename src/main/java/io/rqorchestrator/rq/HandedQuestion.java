package io.rqorchestrator.rq;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * A question about jobs that Redis may have handed to workers that died.
 *
 * @param dead RQ's names of the dead workers
 * @param since jobs enqueued before this time are not searched for; on the enqueuer's wall clock
 * @param known jobs that were found before, to be read again; if empty, jobs are searched for
 */
public record HandedQuestion(Set<String> dead, Instant since, List<HandedJob> known) {

  /** Keeps copies. */
  public HandedQuestion {
    dead = Set.copyOf(dead);
    known = List.copyOf(known);
  }
}
