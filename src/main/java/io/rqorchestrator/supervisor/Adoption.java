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

/** Takes over the live workers that an earlier daemon of this pool started. */
final class Adoption {

  private final WorkerProcesses processes;
  private final PoolRules rules;
  private final Launching launching;
  private final DeadWorkers deadWorkers;
  private final Set<WorkerId> changed = new HashSet<>();

  /** The workers still to be adopted; null until the search has ended. */
  private @Nullable Deque<Survivor> survivors;

  private boolean done;

  Adoption(
      WorkerProcesses processes, PoolRules rules, Launching launching, DeadWorkers deadWorkers) {
    this.processes = processes;
    this.rules = rules;
    this.launching = launching;
    this.deadWorkers = deadWorkers;
  }

  /** Whether all survivors are in the pool. */
  boolean isDone() {
    return done;
  }

  /**
   * Adopts all survivors once the search for survivors has ended. If an adoption fails, the next
   * call continues with that survivor.
   *
   * @param min number of core workers
   * @return whether this call has completed the adoption
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
      processes.recordedDead().forEach(dead -> deadWorkers.diedWithoutDaemon(dead, now));
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

  /**
   * Adopted workers that were started with other options than this daemon's, such as other queues
   * or another Python.
   */
  Set<WorkerId> changed() {
    return Set.copyOf(changed);
  }
}
