package io.rqorchestrator.supervisor;

import io.rqorchestrator.pool.PoolRules;
import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.pool.WorkerProcesses;
import io.rqorchestrator.time.Tick;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes over the workers that an earlier daemon of this pool left behind. */
final class Adoption {

  private final WorkerProcesses processes;
  private final PoolRules rules;
  private final Launching launching;
  private final DeadWorkers deadWorkers;
  private final Set<WorkerId> changed = new HashSet<>();

  /** Those that are still to be adopted; null until they are known. */
  private @Nullable Deque<Survivor> survivors;

  private boolean done;

  Adoption(
      WorkerProcesses processes, PoolRules rules, Launching launching, DeadWorkers deadWorkers) {
    this.processes = processes;
    this.rules = rules;
    this.launching = launching;
    this.deadWorkers = deadWorkers;
  }

  /** Whether all of them are in the pool. */
  boolean isDone() {
    return done;
  }

  /**
   * Adopts all of them, once the search for them has ended. If that fails half-way, the next call
   * goes on from there.
   *
   * @param min number of core workers
   * @return whether this call has adopted the last one
   */
  boolean adopt(int min, Tick now) {
    if (done) {
      return false;
    }
    if (survivors == null) {
      if (!processes.knowsSurvivors()) {
        return false;
      }
      survivors = new ArrayDeque<>(processes.survivors());
      processes.casualties().forEach(dead -> deadWorkers.diedUnwatched(dead, now));
    }
    while (!survivors.isEmpty()) {
      Survivor survivor = survivors.element();
      launching
          .adopt(survivor, rules.schedulerOf(survivor.role(), min), now)
          .ifPresent(changed::add);
      survivors.remove();
    }
    done = true;
    return true;
  }

  /** Adopted workers that would be started otherwise now: with other queues, another Python. */
  Set<WorkerId> changed() {
    return Set.copyOf(changed);
  }
}
